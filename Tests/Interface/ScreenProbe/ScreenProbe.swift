import AssistantCore
import ChatScenes
import ChatUI
import CursesScreen
import Foundation

/// The screen without a model: shows a scene, and answers what is asked by repeating it. For tests in a real terminal.
///
///     ScreenProbe SCENE        shows the scene and waits
///     ScreenProbe echo         answers each message with its own words, 20 ms apart; a few words make it misbehave
@main
@MainActor
struct ScreenProbe {
    static func main() async {
        let name = CommandLine.arguments.dropFirst().first ?? "idle"
        let stage = (Scene(rawValue: name) ?? .idle).stage(Size(columns: 80, rows: 24))
        let settings = ScreenSettings(environment: ProcessInfo.processInfo.environment)
        do {
            let screen = try ChatScreen(stage.state, settings: settings)
            var probe = ScreenProbe(inbox: screen.inbox)
            let exit = await screen.run { probe.perform($0) }
            print("exit: \(exit)")
        } catch {
            FileHandle.standardError.write(Data("brim: \(error)\n".utf8))
            Foundation.exit(1)
        }
    }

    let inbox: ScreenInbox
    var answer: Task<Void, Never>?

    mutating func perform(_ effect: ChatEffect) {
        switch effect {
        case .submit("trap while drawing"): fatalError("asked to trap while drawing")
        case .submit("trap elsewhere"): Thread.detachNewThread { fatalError("asked to trap elsewhere") }
        case .submit("complain"):
            FileHandle.standardError.write(Data("a library complains\n".utf8))
            answer = Task { [inbox] in await Self.echo("heard", to: inbox) }
        case .submit(let text): answer = Task { [inbox] in await Self.echo(text, to: inbox) }
        case .stopAnswer: answer?.cancel()
        default: break
        }
    }

    private static func echo(_ text: String, to inbox: ScreenInbox) async {
        let statistics = PrefillStatistics(
            promptTokens: text.count, reusedTokens: 0, duration: .milliseconds(1))
        inbox.post(.answer(.local(.prefilled(statistics))))
        for word in text.split(separator: " ") {
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
            let token = GeneratedToken(
                id: 1, text: word + " ", logProbability: -0.3, entropy: 1, margin: 1)
            inbox.post(.answer(.local(.token(token))))
        }
        inbox.post(.answer(.ended(AnswerEnding(stop: Task.isCancelled ? .cancelled : .eos))))
    }
}
