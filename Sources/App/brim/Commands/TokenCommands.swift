import ArgumentParser
import Foundation
import LocalInference

/// `brim tokenize`: text in, token ids out.
struct TokenizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Turn the standard input into the model's tokens.",
        discussion: "  printf 'Hello world' | brim tokenize\n  printf 'Hello world' | brim tokenize --json")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Special tokens such as <|im_start|> in the text become tokens; without this they stay text.")
    var parseSpecial = false
    @Flag(help: "A JSON object with the ids.") var json = false

    private struct Line: Encodable { var ids: [Int32] }

    func run() async throws {
        let input = try StandardInput.bytes()
        let engine = try await LocalEngine(options.loadModel())
        let ids = engine.tokenize(Array(input), parseSpecial: parseSpecial)
        if json {
            try JSONLines.write(Line(ids: ids))
        } else {
            try Terminal.writeLine(ids.map(String.init).joined(separator: " "))
        }
    }
}

/// `brim detokenize`: token ids in, bytes out.
struct DetokenizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detokenize",
        abstract: "Turn token ids (numbers, or tokenize's JSON) from the standard input into text.",
        discussion: "  echo 19556 905 | brim detokenize")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let text = try StandardInput.text()
        let numbers = text.split { !($0.isNumber || $0 == "-") }
        let ids = try numbers.map { word in
            guard let id = Int32(word) else { throw CommandFailure("\(word) is not a token id") }
            return id
        }
        guard text.allSatisfy({ $0.isNumber || $0.isWhitespace || #"-,[]{}":ids"#.contains($0) }) else {
            throw CommandFailure(
                "the standard input holds more than token ids; give numbers, or the output of brim tokenize")
        }
        let engine = try await LocalEngine(options.loadModel())
        try Terminal.write(bytes: engine.detokenize(ids))
    }
}
