internal import Kernels

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
    /// Layers and heads of the decoder that follow the speech; empty where nobody found out.
    private var alignment: [[Int]]?

    /// A head of the decoder's look at the sound.
    struct Head: Sendable, Hashable {
        var layer: Int
        var head: Int
    }

    private enum CodingKeys: String, CodingKey {
        case alignment = "alignment_heads"
        case suppressed = "suppress_ids"
        case suppressedAtStart = "suppress_ids_begin"
    }

    /// The heads that tell when a word was said: those of the file that the model has, or else all of its later half.
    func alignmentHeads(layers: Int, heads: Int) -> [Head] {
        let known = (alignment ?? []).compactMap { pair -> Head? in
            guard pair.count == 2, 0..<layers ~= pair[0], 0..<heads ~= pair[1] else { return nil }
            return Head(layer: pair[0], head: pair[1])
        }
        guard known.isEmpty else { return known }
        return (layers / 2..<layers).flatMap { layer in (0..<heads).map { Head(layer: layer, head: $0) } }
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
