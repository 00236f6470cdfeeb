import ChatUI
import CursesScreen
import Foundation
import Kiosk

/// Everything behind a conversation with a person: the model that answers, the microphone, the configuration that may
/// change meanwhile. It tells one inbox what happens, whoever shows it.
final class ChatSession: Sendable {
    private let conversation: ChatController
    private let talking: SpeechDesk
    private let watch: ConfigurationWatch
    private let loading: Task<Void, Never>

    /// Begins to load.
    /// - Parameter configuration: as it was read at the start; what changes later is watched.
    init(
        _ inbox: any ActionInbox, _ options: GlobalOptions, _ generation: GenerationOptions, _ cloud: CloudOptions,
        _ speech: SpeechOptions, _ configuration: BrimConfiguration
    ) {
        let conversation = ChatController(inbox: inbox, generation: generation)
        let talking = SpeechDesk(inbox: inbox) { conversation.perform(.stopAnswer) }
        watch = ConfigurationWatch(options, cloud) { result in
            switch result {
            case .success(let configuration):
                inbox.post(.configured(configuration.screen))
                conversation.configure(configuration)
            case .failure(let failure): inbox.post(.notice(Notice(.warning, "\(failure); it stays as it was")))
            }
        }
        loading = Task {
            await conversation.load(options, generation, configuration)
            await talking.open(options, speech, configuration.voice)
        }
        (self.conversation, self.talking) = (conversation, talking)
    }

    /// Carries out what the person asks for. Never blocks.
    func perform(_ effect: ChatEffect) {
        switch effect {
        case .talk(let key): talking.press(key)
        case .muteMicrophone(let isMuted): talking.mute(isMuted)
        default: conversation.perform(effect)
        }
    }

    /// Tells the service manager that all is well, where there is one that wants to know.
    func watchdog(_ inbox: ScreenInbox) -> Watchdog? {
        let environment = ProcessInfo.processInfo.environment
        guard let notifier = ServiceNotifier(environment: environment) else { return nil }
        return Watchdog(
            notifier, interval: ServiceNotifier.watchdogInterval(environment: environment),
            probes: [
                {
                    await inbox.drawn()
                    return true
                }, { [conversation] in await conversation.answers() }, { [talking] in talking.answers },
            ])
    }

    /// Stops what is at work and returns when it has stopped.
    func close() async {
        watch.close()
        loading.cancel()
        await talking.close()
        await conversation.close()
    }
}
