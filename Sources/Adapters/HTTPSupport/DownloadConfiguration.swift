package import AsyncHTTPClient
internal import NIOCore
internal import NIOSSL

extension HTTPClient.Configuration {
    /// Returns how files are fetched: redirects by hand, bytes as they lie on the server, and authorities as the environment
    /// names them.
    ///
    /// - Parameters:
    ///   - connect: how long a connection is waited for.
    ///   - stall: how long a byte is waited for.
    package static func download(
        _ environment: [String: String], connect: Duration, stall: Duration
    ) throws(TrustFault) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connect), read: TimeAmount(stall)),
            decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorities = try TrustSettings.authorities(environment) { tls.trustRoots = .certificates(authorities) }
        configuration.tlsConfiguration = tls
        return configuration
    }
}
