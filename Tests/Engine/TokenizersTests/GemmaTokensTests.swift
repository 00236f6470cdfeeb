import Foundation
import GGUF
import Testing

@testable import Tokenizers

/// The tokenizer of Gemma 3 beside the reference engine (`Tests/Support/make-gemma-fixture`), where the model has been
/// fetched: 262,144 tokens, no space before a text.
@Suite("Gemma 3's tokenizer")
struct GemmaTokensTests {
    private struct File: Decodable {
        struct Case: Decodable {
            let text: String
            let ids: [Int32]
        }

        let strings: [Case]
    }

    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../models/gemma-3-270m-q4_k_m.gguf").standardized.path

    @Test(
        "gives the reference's tokens for every string, and the strings back",
        .enabled(
            if: FileManager.default.fileExists(atPath: path),
            "the model is not here; it is optional: brim models fetch gemma3-270m"))
    func tokens() throws {
        let file = try Fixtures.load("gemma3-tokens", as: File.self)
        let model = try GGUFFile(path: Self.path)
        let tokenizer = try Tokenizer(model.metadata)
        #expect(file.strings.count == 23 && tokenizer.addsBeginningOfSequence)
        for example in file.strings {
            #expect(tokenizer.encode(example.text) == example.ids, "\(example.text.debugDescription)")
            // The tokenizer's own sign for a space comes back as a space.
            let expected = example.text.replacing("▁", with: " ")
            #expect(try tokenizer.decode(example.ids, includingSpecial: true) == expected)
        }
        let error = #expect(throws: TokenizerError.self) { try ChatTemplate(model.metadata, for: tokenizer) }
        #expect(error?.code == .missingTemplate)
    }
}
