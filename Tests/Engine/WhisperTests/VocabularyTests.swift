import Kernels
import Foundation
import Testing

@testable import Whisper

/// A vocabulary of a few words with all special tokens, and 1501 timestamps.
enum SmallVocabulary {
    static let pieces = ["Ġfront", "Ġcenter", ".", "Ã¤", "Ġ", "a"]
    static let special = [
        "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>",
        "<|startofprev|>", "<|nocaptions|>", "<|notimestamps|>",
    ]
    static let timestamps = (0...1500).map { String(format: "<|%.2f|>", Double($0) * 0.02) }

    static func make() throws -> WhisperVocabulary {
        let lines = (pieces + special + timestamps).joined(separator: "\n") + "\n"
        return try WhisperVocabulary(lines: Array(lines.utf8), path: "vocabulary.txt")
    }
}

@Suite("Vocabulary") struct VocabularyTests {
    @Test("Pieces become the bytes they stand for, special tokens and timestamps no text")
    func text() throws {
        let vocabulary = try SmallVocabulary.make()
        #expect(vocabulary.count == 6 + 9 + 1501)
        #expect(vocabulary.text([15, 0, 1, 2, 16, 6]) == " front center.")
        #expect(vocabulary.text([3, 4, 5, -1]) == "ä a")
    }

    @Test("Special tokens are found by their names")
    func special() throws {
        let vocabulary = try SmallVocabulary.make()
        #expect(
            vocabulary.endOfText == 6 && vocabulary.noSpeech == 13
                && vocabulary.prompt(language: nil, translates: true) == [7])
        #expect(!vocabulary.isMultilingual && vocabulary.startOfPrevious == 12)
        #expect(vocabulary.noTimestamps == 14 && vocabulary.firstTimestamp == 15)
        #expect(vocabulary.isTimestamp(15) && !vocabulary.isTimestamp(14))
    }

    @Test("A multilingual vocabulary knows its languages, and asks for one of them and for a task")
    func languages() throws {
        let filling = (0..<51_865 - 6 - 10 - 1501).map { "x\($0)" }
        var special = SmallVocabulary.special
        special.insert("<|de|>", at: 3)
        let lines = (filling + SmallVocabulary.pieces + special + SmallVocabulary.timestamps).joined(separator: "\n")
        let vocabulary = try WhisperVocabulary(lines: Array(lines.utf8), path: "v")
        let start = vocabulary.startOfTranscript
        #expect(vocabulary.count == 51_865 && vocabulary.languages.map(\.code) == ["en", "de"])
        #expect(vocabulary.token(ofLanguage: "de") == start + 2 && vocabulary.token(ofLanguage: "fr") == nil)
        #expect(vocabulary.prompt(language: start + 2, translates: false) == [start, start + 2, start + 4])
        #expect(vocabulary.prompt(language: start + 1, translates: true) == [start, start + 1, start + 3])
    }

    @Test("Bytes that are no UTF-8 become replacement characters, whatever the piece")
    func broken() throws {
        let lines = (["Ã", "\u{0144}x", ""] + SmallVocabulary.special + SmallVocabulary.timestamps).joined(
            separator: "\n")
        let vocabulary = try WhisperVocabulary(lines: Array(lines.utf8) + [0x0A, 0xC4], path: "v")
        #expect(vocabulary.text([0]) == "\u{FFFD}")
        #expect(vocabulary.text([1, 2]) == "x")
    }

    @Test("A file of another kind is refused by name", arguments: ["", "hello\nworld\n", "<|endoftext|>\n"])
    func foreign(lines: String) {
        let error = #expect(throws: WhisperError.self) {
            try WhisperVocabulary(lines: Array(lines.utf8), path: "v.txt")
        }
        #expect(error?.code == .foreign && error?.description.contains("v.txt") == true)
    }

    @Test("The model's own vocabulary has Whisper's ids")
    func real() throws {
        let vocabulary = try SpeechModel.model().0.vocabulary
        #expect(vocabulary.count == 51_864 && !vocabulary.isMultilingual)
        #expect(vocabulary.endOfText == 50_256 && vocabulary.noTimestamps == 50_362 && vocabulary.noSpeech == 50_361)
        #expect(vocabulary.firstTimestamp == 50_363)
        #expect(vocabulary.text([8_880, 11, 3_641, 13]) == " Front, center.")
    }
}
