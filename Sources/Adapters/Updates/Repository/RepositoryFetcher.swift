/// How bytes come from a repository: over the network, or from a test.
package protocol RepositoryFetcher: Sendable {
    /// Fetches what is at an address, and hands it on in pieces.
    ///
    /// - Parameters:
    ///   - limit: most bytes that are taken.
    ///   - receive: gets each piece; what it throws ends the request.
    /// - Throws: ``UpdateError`` with the code ``UpdateError/Code/absent`` where the repository does not have it.
    func fetch(_ url: String, limit: Int64, _ receive: ([UInt8]) throws -> Void) async throws
}

extension RepositoryFetcher {
    /// Fetches what is at an address as a whole.
    func fetch(_ url: String, limit: Int64) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await fetch(url, limit: limit) { bytes += $0 }
        return bytes
    }
}
