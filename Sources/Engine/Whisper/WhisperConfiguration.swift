#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What `config.json` beside a model says: tokens that are not to come.
struct WhisperConfiguration: Sendable, Decodable {
    /// Never allowed.
    var suppressed: [Int]
    /// Not allowed as the first token.
    var suppressedAtStart: [Int]

    private enum CodingKeys: String, CodingKey {
        case suppressed = "suppress_ids"
        case suppressedAtStart = "suppress_ids_begin"
    }

    /// Most bytes that the file may have.
    private static let fileLimit = 1 << 20

    init(path: String) throws(WhisperError) {
        let file = try RegularFile(path: path)
        guard file.byteCount <= Self.fileLimit else { throw WhisperError(.foreign, path, "it is too large") }
        let bytes = try file.bytes(at: 0, count: file.byteCount)
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw WhisperError(.malformed, path, "suppress_ids and suppress_ids_begin cannot be read")
        }
    }
}
