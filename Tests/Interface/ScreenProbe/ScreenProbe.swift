import AssistantCore
import ChatScenes
import ChatUI
import CursesScreen
import Foundation
import Kiosk
import Synchronization

/// The screen without a model: shows a scene, and answers what is asked by repeating it. For tests in a real terminal.
///
///     ScreenProbe SCENE        shows the scene and waits
///     ScreenProbe kiosk        locked in, and watched by whoever is at NOTIFY_SOCKET
///     ScreenProbe echo         answers each message with its own words, 20 ms apart; a few words make it misbehave
///     ScreenProbe stream       the same, five words ten times a second: what it costs beside the screen is little
@main
@MainActor
struct ScreenProbe {
    static func main() async {
        let name = CommandLine.arguments.dropFirst().first ?? "idle"
        let isKiosk = name == "kiosk"
        let rules = KioskRules(pin: "1234")
        let stage =
            isKiosk
            ? Stage(kiosk: rules) : (Scene(rawValue: name) ?? .idle).stage(Size(columns: 80, rows: 24))
        if isKiosk { for number in [SIGINT, SIGQUIT, SIGTSTP] { signal(number, SIG_IGN) } }
        let settings = ScreenSettings(
            environment: ProcessInfo.processInfo.environment, lastWords: isKiosk ? "Sorry, one moment.\n" : "")
        do {
            let screen = try ChatScreen(stage.state, settings: settings)
            let watchdog = isKiosk ? watchdog(screen.inbox) : nil
            var probe = ScreenProbe(inbox: screen.inbox, wordsAtOnce: name == "stream" ? 5 : 1)
            let exit = await screen.run { probe.perform($0) }
            watchdog?.stop()
            print("exit: \(exit)")
        } catch {
            FileHandle.standardError.write(Data("brim: \(error)\n".utf8))
            Foundation.exit(1)
        }
    }

    let inbox: ScreenInbox
    let wordsAtOnce: Int
    var answer: Task<Void, Never>?

    mutating func perform(_ effect: ChatEffect) {
        switch effect {
        case .submit("hang"): Self.hangs.withLock { $0 = true }
        case .submit("trap while drawing"): fatalError("asked to trap while drawing")
        case .submit("trap elsewhere"): Thread.detachNewThread { fatalError("asked to trap elsewhere") }
        case .submit("complain"):
            FileHandle.standardError.write(Data("a library complains\n".utf8))
            answer = Task { [inbox] in await Self.echo("heard", to: inbox) }
        case .submit(let text):
            answer = Task { [inbox, wordsAtOnce] in await Self.echo(text, to: inbox, wordsAtOnce) }
        case .stopAnswer: answer?.cancel()
        default: break
        }
    }

    /// Whether the model answers no more.
    private nonisolated static let hangs = Mutex(false)

    private static func watchdog(_ inbox: ScreenInbox) -> Watchdog? {
        let environment = ProcessInfo.processInfo.environment
        guard let notifier = ServiceNotifier(environment: environment) else { return nil }
        return Watchdog(
            notifier, interval: ServiceNotifier.watchdogInterval(environment: environment),
            probes: [
                {
                    await inbox.drawn()
                    return true
                },
                {
                    if hangs.withLock({ $0 }) {
                        await unsafe withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                    }
                    return true
                },
            ])
    }

    private static func echo(_ text: String, to inbox: ScreenInbox, _ wordsAtOnce: Int = 1) async {
        let statistics = PrefillStatistics(
            promptTokens: text.count, reusedTokens: 0, duration: .milliseconds(1))
        inbox.post(.answer(.local(.prefilled(statistics))))
        for (index, word) in text.split(separator: " ").enumerated() {
            if index % wordsAtOnce == 0 {
                do { try await Task.sleep(for: .milliseconds(20 * wordsAtOnce)) } catch { break }
            }
            let token = GeneratedToken(
                id: 1, text: word + " ", logProbability: -0.3, entropy: 1, margin: 1)
            inbox.post(.answer(.local(.token(token))))
        }
        inbox.post(.answer(.ended(AnswerEnding(stop: Task.isCancelled ? .cancelled : .eos))))
    }
}
