import ArgumentParser
import ChatUI
import CursesScreen
import Foundation
import Kiosk
import Store

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
    @OptionGroup var voice: VoiceOptions
    @Flag(help: "Draw with plain ASCII only.") var ascii = false

    @Flag(help: "Labelled lines instead of a screen: for screen readers, pipes and logs.") var plain = false
    @Flag(help: "The same as one JSON object a line.") var json = false

    @Flag(help: "For a screen that anybody may walk up to: keys do not end it, and it forgets what a visitor said.")
    var kiosk =
        false

    func validate() throws {
        if kiosk, plain || json { throw ValidationError("--kiosk is a screen; --plain and --json are none") }
    }

    @MainActor
    func run() async throws {
        // What is configured wrongly is said before the screen is taken.
        var configuration = try await BrimConfiguration.load(
            options.directories, isNamed: options.config != nil, flags: cloud.layer)
        configuration.keepsNothingSaid = kiosk
        if plain || json {
            try await PlainScreen(preferences: configuration.screen, isJSON: json).run(conversation(configuration))
        } else {
            try await runScreen(configuration)
        }
    }

    @MainActor
    private func runScreen(_ configuration: BrimConfiguration) async throws {
        var rules = configuration.kiosk
        let pin = kiosk ? try PINHash.configured(configuration, options.directories) : nil
        rules.hasPIN = pin != nil
        try ProgramLog.write(toFileIn: options.directories.state)
        // The model is loaded while the first picture already stands.
        let lock = kiosk ? KioskLock() : nil
        let settings = ScreenSettings(
            environment: ProcessInfo.processInfo.environment, forcesASCII: ascii,
            lastWords: kiosk ? KioskLock.apology : "")
        let state = ChatState(preferences: configuration.screen, kiosk: kiosk ? rules : nil)
        let screen = try ChatScreen(state, settings: settings)
        let conversation = conversation(configuration)(screen.inbox)
        let check = PINCheck(hash: pin, directory: options.directories.data, inbox: screen.inbox)
        // The screen sends the next number only when it has been told of the one before.
        var checking: Task<Void, Never>?
        let watchdog = conversation.watchdog(screen.inbox)
        let exit = await screen.run { effect in
            if case .checkPIN(let digits) = effect {
                checking = Task { await check.check(digits) }
            } else {
                conversation.perform(effect)
            }
        }
        watchdog?.stop()
        checking?.cancel()
        await conversation.close()
        lock?.release()
        if case .signal(let number) = exit { throw ExitCode(128 + number) }
        try conversation.checkIsKept()
    }

    /// What begins a conversation that tells an inbox what happens.
    private func conversation(_ configuration: BrimConfiguration) -> @Sendable (any ActionInbox) -> ChatConversation {
        // A pipe is over before anything large has come, and a public screen is its operator's to equip.
        let fetchesModels = !plain && !json && !kiosk
        return { [options, generation, cloud, speech, voice] in
            ChatConversation(
                $0, options, generation, cloud, speech, voice, configuration, fetchesModels: fetchesModels)
        }
    }
}
