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
///     ScreenProbe stream       the same, five words ten times a second, from a thread that does nothing else, as a
///                              model's: what is measured is the screen
@main
@MainActor
struct ScreenProbe {
    static func main() async {
        let name = CommandLine.arguments.dropFirst().first ?? "idle"
        let isKiosk = name == "kiosk"
        let rules = KioskRules(hasPIN: true)
        let stage =
            isKiosk
            ? Stage(kiosk: rules) : (Scene(rawValue: name) ?? .idle).stage(Size(columns: 80, rows: 24))
        if isKiosk { for number in [SIGINT, SIGQUIT, SIGTSTP] { signal(number, SIG_IGN) } }
        let settings = ScreenSettings(
            environment: ProcessInfo.processInfo.environment, lastWords: isKiosk ? "Sorry, one moment.\n" : "")
        do {
            let screen = try ChatScreen(stage.state, settings: settings)
            let watchdog = isKiosk ? watchdog(screen.inbox) : nil
            var probe = ScreenProbe(inbox: screen.inbox, streams: name == "stream")
            let exit = await screen.run { probe.perform($0) }
            watchdog?.stop()
            print("exit: \(exit)")
        } catch {
            FileHandle.standardError.write(Data("brim: \(error)\n".utf8))
            Foundation.exit(1)
        }
    }

    let inbox: ScreenInbox
    let streams: Bool
    var answer: Task<Void, Never>?

    mutating func perform(_ effect: ChatEffect) {
        switch effect {
        case .submit("hang"): Self.hangs.withLock { $0 = true }
        case .submit("trap while drawing"): fatalError("asked to trap while drawing")
        case .submit("trap elsewhere"): Thread.detachNewThread { fatalError("asked to trap elsewhere") }
        case .submit("complain"):
            FileHandle.standardError.write(Data("a library complains\n".utf8))
            answer = Task { [inbox] in await Self.echo("heard", to: inbox) }
        case .submit(let text) where streams:
            Thread.detachNewThread { [inbox] in Self.stream(text, to: inbox) }
        case .submit(let text):
            answer = Task { [inbox] in await Self.echo(text, to: inbox) }
        case .stopAnswer: answer?.cancel()
        case .checkPIN(let digits): inbox.post(.pin(digits == "1234" ? .right : .wrong(lockedFor: .zero)))
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

    private static func echo(_ text: String, to inbox: ScreenInbox) async {
        begin(text, to: inbox)
        for word in text.split(separator: " ") {
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
            say(word, to: inbox)
        }
        inbox.post(.turn(.ended(Task.isCancelled ? .stopped : .complete)))
    }

    private nonisolated static func stream(_ text: String, to inbox: ScreenInbox) {
        begin(text, to: inbox)
        for (index, word) in text.split(separator: " ").enumerated() {
            if index % 5 == 0 { usleep(100_000) }
            say(word, to: inbox)
        }
        inbox.post(.turn(.ended()))
    }

    private nonisolated static func begin(_ text: String, to inbox: ScreenInbox) {
        let statistics = PrefillStatistics(promptTokens: text.count, reusedTokens: 0, duration: .milliseconds(1))
        inbox.post(.turn(.local(.prefilled(statistics))))
    }

    private nonisolated static func say(_ word: Substring, to inbox: ScreenInbox) {
        let token = GeneratedToken(id: 1, text: word + " ", logProbability: -0.3, entropy: 1, margin: 1)
        inbox.post(.turn(.local(.token(token))))
    }
}
