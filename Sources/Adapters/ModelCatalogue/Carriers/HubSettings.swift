internal import Foundation

/// What the environment says of the hub, by the names that `huggingface_hub` gave the variables.
struct HubSettings: Sendable {
    let endpoint: DownloadURL
    /// For the endpoint's server alone.
    let credential: Credential?
    /// The cache that programs share; `nil` where there is no place for one.
    let cache: String?
    /// Whether nothing may be asked.
    let isOffline: Bool

    /// Throws ``CatalogueError/Code/badAddress`` where `HF_ENDPOINT` is no address that may be asked.
    init(_ environment: [String: String]) throws(CatalogueError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let address = value("HF_ENDPOINT") ?? "https://huggingface.co"
        guard let endpoint = DownloadURL(address) else {
            throw CatalogueError(
                .badAddress,
                "HF_ENDPOINT is \(AddressText.quoted(address)), which is no https address; correct it or unset it")
        }
        self.endpoint = endpoint
        let home =
            value("HF_HOME") ?? value("XDG_CACHE_HOME").map { $0 + "/huggingface" }
            ?? value("HOME").map { $0 + "/.cache/huggingface" }
        cache = (value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") ?? home.map { $0 + "/hub" }).map(Self.expanded)
        let tokenFile = (value("HF_TOKEN_PATH") ?? home.map { $0 + "/token" }).map(Self.expanded)
        let token = value("HF_TOKEN") ?? tokenFile.flatMap(Self.firstLine)
        credential = token.flatMap(Self.clean).map { Credential(token: $0, for: endpoint) }
        let offline = (value("HF_HUB_OFFLINE") ?? value("TRANSFORMERS_OFFLINE") ?? "").uppercased()
        isOffline = ["1", "ON", "YES", "TRUE"].contains(offline)
    }

    private static func expanded(_ path: String) -> String { (path as NSString).expandingTildeInPath }

    private static func firstLine(of path: String) -> String? {
        guard ModelLibrary.size(of: path) ?? .max < 65_536 else { return nil }
        // Without a token that can be read, there is none: most models need none, and the server says which do.
        return try? String(contentsOfFile: path, encoding: .utf8)
    }

    /// `nil` for what cannot stand in a header.
    private static func clean(_ token: String) -> String? {
        let token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        return !token.isEmpty && token.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? token : nil
    }
}
