import ArgumentParser
import ChatUI
import CursesScreen
import Foundation

/// `brim` without a command: the full screen.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "The full screen (the default).",
        discussion: """
            Type and press Enter, or press F2 and talk. Esc stops an answer and keeps what came; F1 shows every key; Ctrl-Q quits.
            NO_COLOR, --ascii and TERM decide how the screen looks.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var generation: GenerationOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var speech: SpeechOptions
    @Flag(help: "Draw with plain ASCII only.") var ascii = false

    @Flag(help: "Labelled lines instead of a screen: for screen readers, pipes and logs.") var plain = false
    @Flag(help: "The same as one JSON object a line.") var json = false

    @MainActor
    func run() async throws {
        // What is configured wrongly is said before the screen is taken.
        let configuration = try await BrimConfiguration.load(
            options.places, isNamed: options.config != nil, flags: cloud)
        if plain || json {
            try await PlainScreen(preferences: configuration.screen, isJSON: json).run(session)
        } else {
            try await runScreen(configuration)
        }
    }

    @MainActor
    private func runScreen(_ configuration: BrimConfiguration) async throws {
        // The model is loaded while the first picture already stands.
        let settings = ScreenSettings(environment: ProcessInfo.processInfo.environment, forcesASCII: ascii)
        let screen = try ChatScreen(ChatState(preferences: configuration.screen), settings: settings)
        let session = session(screen.inbox)
        let exit = await screen.run { session.perform($0) }
        await session.close()
        if case .signal(let number) = exit { throw ExitCode(128 + number) }
    }

    private func session(_ inbox: any ActionInbox) -> ChatSession {
        ChatSession(inbox, options, generation, cloud, speech)
    }
}
