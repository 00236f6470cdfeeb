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

    @MainActor
    func run() async throws {
        // What is configured wrongly is said before the screen is taken.
        let configuration = try await BrimConfiguration.load(
            options.places, isNamed: options.config != nil, flags: cloud)
        // The model is loaded while the first picture already stands.
        let settings = ScreenSettings(environment: ProcessInfo.processInfo.environment, forcesASCII: ascii)
        let screen = try ChatScreen(ChatState(preferences: configuration.screen), settings: settings)
        let conversation = ChatController(inbox: screen.inbox, generation: generation)
        let talking = SpeechDesk(inbox: screen.inbox) { conversation.perform(.stopAnswer) }
        let watch = ConfigurationWatch(options, cloud) { [inbox = screen.inbox] result in
            switch result {
            case .success(let configuration):
                inbox.post(.configured(configuration.screen))
                conversation.configure(configuration)
            case .failure(let failure): inbox.post(.notice(Notice(.warning, "\(failure); it stays as it was")))
            }
        }
        let loading = Task { [options, cloud, speech] in
            await conversation.load(options, cloud)
            await talking.open(options, speech)
        }
        let exit = await screen.run { effect in
            if case .talk(let key) = effect { talking.press(key) } else { conversation.perform(effect) }
        }
        watch.close()
        loading.cancel()
        await talking.close()
        await conversation.close()
        if case .signal(let number) = exit { throw ExitCode(128 + number) }
    }
}
