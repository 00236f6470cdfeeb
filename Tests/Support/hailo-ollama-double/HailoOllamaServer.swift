import Foundation
import HailoOllamaDouble

/// The stand-in as a program: `hailo-ollama-double DIRECTORY [PORT [MODEL ANSWER]]`.
///
/// Writes `url` to the directory, whose appearance says that it listens. A question with `[hat:FAULT@MOMENT]` fails in
/// that way, one with `[hat:slow]` is answered slowly. The end of its input ends the program.
@main
struct HailoOllamaServer {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let port = arguments.count > 2 ? Int(arguments[2]) : 0 else {
            print("usage: hailo-ollama-double DIRECTORY [PORT [MODEL ANSWER]]")
            return
        }
        let models = arguments.count > 4 ? [arguments[3]] : HailoOllamaDouble.models
        let answer = arguments.count > 4 ? arguments[4].split(separator: " ").map { "\($0) " } : nil
        let double = try await HailoOllamaDouble.start(models: models, port: port) { behaviour(askedFor: $0, answer) }
        try Data(double.url.utf8).write(
            to: URL(filePath: arguments[1]).appending(path: "url"), options: .atomic)
        while readLine() != nil {}
    }

    private static func behaviour(askedFor question: String, _ answer: [String]?) -> BoardBehaviour {
        var behaviour = BoardBehaviour(
            .new, pieces: answer ?? ["The", " board", " says", " that", " rain", " is", " wet", "."])
        guard let start = question.firstRange(of: "[hat:") else { return behaviour }
        let words = question[start.upperBound...].prefix { $0 != "]" }.split(separator: "@").map(String.init)
        if words.first == "slow" { behaviour.pause = .milliseconds(200) }
        if words.count == 2 {
            behaviour.fault = BoardBehaviour.Fault(rawValue: words[0])
            behaviour.moment = BoardBehaviour.Moment(rawValue: words[1]) ?? .inText
            // A client may drop what it had received but not read when its connection breaks.
            behaviour.pause = .milliseconds(200)
        }
        return behaviour
    }
}
