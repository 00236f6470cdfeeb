import Foundation
import GGUF
import Testing

@testable import Tokenizers

/// What the tests of this room share: the default model's tokenizer, reference data, and vocabularies made up.
enum Fixtures {
    /// A token of a SentencePiece model: text, score and kind, in this order.
    struct Piece: Decodable {
        let text: String
        let score: Double
        let kind: Vocabulary.TokenKind

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
            text = try fields.decode(String.self)
            score = try fields.decode(Double.self)
            kind = Vocabulary.TokenKind(rawValue: try fields.decode(UInt8.self)) ?? .unused
        }
    }

    /// A vocabulary of pieces, 1 and 2 of which begin and end a text.
    static func vocabulary(_ pieces: [Piece]) throws -> Vocabulary {
        try Vocabulary(tokens: pieces.map(\.text), beginningOfSequence: 1, endOfSequence: 2) { id, _ in
            pieces[Int(id)].kind
        }
    }

    /// The default model, opened once.
    static let model = Result { try GGUFFile(path: try modelPath()) }
    /// Its tokenizer, made once.
    static let tokenizer = Result { try Tokenizer(model.get().metadata) }

    /// Decodes a file of the folder `Fixtures`.
    static func load<T: Decodable>(_ name: String, as type: T.Type) throws -> T {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    /// A byte-level vocabulary: 256 bytes first, then `further`.
    static func bytes(and further: [String] = []) -> [String] {
        ByteAlphabet.characters.map { String(decoding: $0, as: UTF8.self) } + further
    }

    private static func modelPath(from here: String = #filePath) throws -> String {
        var folder = URL(filePath: here)
        repeat {
            folder.deleteLastPathComponent()
        } while folder.path != "/" && !FileManager.default.fileExists(atPath: folder.path + "/Package.swift")
        let path = folder.path + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"
        try #require(FileManager.default.fileExists(atPath: path), "\(path) is missing: run make models")
        return path
    }
}
