internal import AssistantCore
package import AsyncHTTPClient
import FoundationEssentials

/// A variable of the environment that names no proxy that can be used.
package struct ProxyFault: Error, CustomStringConvertible {
    package let variable: String
    /// A sentence with the next step. The variable's value is not repeated: it may hold a password.
    package let description: String
}

/// The proxies that the environment names for all programs: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, and `NO_PROXY` for
/// what is reached without one. Names in lower case count first, as everywhere.
///
/// An address of this device is never asked by way of a proxy: what is said to it is not to leave.
package struct ProxySettings: Sendable {
    private let environment: [String: String]

    /// No proxy at all.
    package init() { environment = [:] }

    package init(environment: [String: String]) {
        self.environment = environment
    }

    /// A proxy, as a variable names it.
    package struct Proxy: Sendable, Hashable, CustomStringConvertible {
        enum Kind: Sendable { case http, socks }

        let kind: Kind
        let host: String
        let port: Int
        /// `user:password` as it is sent, in Base64.
        let credentials: String?

        /// `host:port`, without the credentials.
        package var description: String { "\(host):\(port)" }

        /// The proxy as the HTTP client is told of it.
        package var configuration: HTTPClient.Configuration.Proxy {
            switch kind {
            case .http:
                .server(host: host, port: port, authorization: credentials.map { .basic(credentials: $0) })
            case .socks: .socksServer(host: host, port: port)
            }
        }
    }

    /// How an address is reached.
    package struct Choice: Sendable, Hashable {
        /// `nil` where no proxy is used.
        package let proxy: Proxy?
        /// The variable that says so; `nil` where none is set.
        package let variable: String?
    }

    /// Returns how `host` is reached. Throws ``ProxyFault`` where the variable for it names no proxy that can be used.
    package func choice(host: String, port: Int, isEncrypted: Bool) throws(ProxyFault) -> Choice {
        guard let (variable, value) = variable(isEncrypted: isEncrypted) else {
            return Choice(proxy: nil, variable: nil)
        }
        if let (exception, list) = first(["no_proxy"]), Self.excepts(list, host, port) {
            return Choice(proxy: nil, variable: exception)
        }
        guard !isLoopback(host) else { return Choice(proxy: nil, variable: nil) }
        return Choice(proxy: try Self.proxy(value, of: variable), variable: variable)
    }

    /// Returns the proxy for all that is encrypted, or for all that is not, whatever is excepted from it; `nil` where none
    /// is named.
    package func proxy(isEncrypted: Bool) throws(ProxyFault) -> Proxy? {
        guard let (variable, value) = variable(isEncrypted: isEncrypted) else { return nil }
        return try Self.proxy(value, of: variable)
    }

    private func variable(isEncrypted: Bool) -> (name: String, value: String)? {
        first(isEncrypted ? ["https_proxy", "all_proxy"] : ["http_proxy", "all_proxy"])
    }

    /// The first of these variables that is set, in lower or upper case.
    private func first(_ names: [String]) -> (name: String, value: String)? {
        for name in names {
            for spelling in [name, name.uppercased()] {
                let value = environment[spelling]?.trimmed ?? ""
                if !value.isEmpty { return (spelling, value) }
            }
        }
        return nil
    }

    private static func proxy(_ text: String, of variable: String) throws(ProxyFault) -> Proxy {
        guard let proxy = proxy(text) else {
            throw ProxyFault(
                variable: variable,
                description:
                    "\(variable) names no proxy that can be used; give it as http://host:port or "
                    + "socks5://host:port without a name, unset it, or name the server in NO_PROXY")
        }
        return proxy
    }

    /// `http://user:password@host:port`, `socks5://host:port`, or `host:port`.
    private static func proxy(_ text: String) -> Proxy? {
        let text = text.contains("://") ? text : "http://" + text
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty else { return nil }
        let kind: Proxy.Kind
        switch url.scheme?.lowercased() {
        case "http": kind = .http
        case "socks", "socks5", "socks5h": kind = .socks
        default: return nil
        }
        let port = url.port ?? (kind == .http ? 80 : 1080)
        guard (1...65_535).contains(port) else { return nil }
        // The library knows no way to tell a SOCKS server who asks.
        if kind == .socks, url.user != nil { return nil }
        let credentials = url.user.map { Data("\($0):\(url.password ?? "")".utf8).base64EncodedString() }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        return Proxy(kind: kind, host: bare, port: port, credentials: credentials)
    }

    /// Whether a list such as `localhost, .example.com, 10.0.0.0/8, api.example.org:8443` names the address. A name
    /// stands for all that end in it.
    private static func excepts(_ list: String, _ host: String, _ port: Int) -> Bool {
        let host = host.lowercased().filter { $0 != "[" && $0 != "]" }
        for entry in list.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            var name = entry.lowercased()
            if name == "*" { return true }
            if let network = IPv4Network(name), let address = IPv4Network(host) {
                if network.contains(address) { return true }
                continue
            }
            if let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon,
                let excepted = Int(name[name.index(after: colon)...])
            {
                guard excepted == port else { continue }
                name = String(name[..<colon])
            }
            name = name.filter { $0 != "[" && $0 != "]" }
            if name.hasPrefix("*.") { name.removeFirst(2) }
            if name.hasPrefix(".") { name.removeFirst() }
            if !name.isEmpty, host == name || host.hasSuffix("." + name) { return true }
        }
        return false
    }
}

/// An IPv4 address, or a network of them such as `10.0.0.0/8`.
private struct IPv4Network {
    private let address: UInt32
    private let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count <= 2, bytes.count == 4, !bytes.contains(nil) else { return nil }
        guard let prefix = parts.count == 2 ? Int(parts[1]) : 32, (0...32).contains(prefix) else { return nil }
        address = bytes.reduce(0) { $0 << 8 | UInt32($1 ?? 0) }
        self.prefix = prefix
    }

    func contains(_ other: IPv4Network) -> Bool {
        let mask = prefix == 0 ? 0 : UInt32.max << (32 - UInt32(prefix))
        return other.prefix >= prefix && address & mask == other.address & mask
    }
}
