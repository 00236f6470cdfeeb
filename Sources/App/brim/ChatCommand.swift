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
            Type and press Enter. Esc stops an answer and keeps what came; F1 shows every key; Ctrl-Q quits.
            NO_COLOR, --ascii and TERM decide how the screen looks.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var generation: GenerationOptions
    @OptionGroup var cloud: CloudOptions
    @Flag(help: "Draw with plain ASCII only.") var ascii = false

    @MainActor
    func run() async throws {
        // The model is loaded while the first picture already stands.
        let settings = ScreenSettings(environment: ProcessInfo.processInfo.environment, forcesASCII: ascii)
        let screen = try ChatScreen(ChatState(), settings: settings)
        let conversation = ChatController(inbox: screen.inbox, generation: generation)
        let loading = Task { [options, cloud] in await conversation.load(options, cloud) }
        let exit = await screen.run { conversation.perform($0) }
        loading.cancel()
        await conversation.close()
        if case .signal(let number) = exit { throw ExitCode(128 + number) }
    }
}
