/// How bytes come from a repository: over the network, or from a test.
package protocol RepositoryFetcher: Sendable {
    /// Fetches what is at an address, and hands it on in pieces.
    ///
    /// - Parameters:
    ///   - limit: most bytes that are taken.
    ///   - receive: gets each piece; what it throws ends the request.
    /// - Throws: ``UpdateError`` with the code ``UpdateError/Code/absent`` where the repository does not have it.
    func fetch(_ url: String, limit: Int64, _ receive: ([UInt8]) throws -> Void) async throws

    /// Fetches what is at an address from a byte on, or as a whole where that cannot be had.
    ///
    /// - Parameters:
    ///   - offset: bytes that are here already.
    ///   - limit: most bytes that are taken, those that are here among them.
    ///   - restart: called before the first piece where it is the first byte that comes.
    func fetch(
        _ url: String, from offset: Int64, limit: Int64, restart: () throws -> Void, _ receive: ([UInt8]) throws -> Void
    ) async throws
}

extension RepositoryFetcher {
    package func fetch(
        _ url: String, from offset: Int64, limit: Int64, restart: () throws -> Void, _ receive: ([UInt8]) throws -> Void
    ) async throws {
        try restart()
        try await fetch(url, limit: limit, receive)
    }

    /// Fetches what is at an address as a whole.
    func fetch(_ url: String, limit: Int64) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await fetch(url, limit: limit) { bytes += $0 }
        return bytes
    }
}
