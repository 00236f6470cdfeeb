import ArgumentParser
import ChatUI
import CursesScreen
import Foundation
import Kiosk

/// Everything behind a conversation with a person: the model that answers, the microphone, the configuration that may
/// change meanwhile. It tells one inbox what happens, whoever shows it.
final class ChatSession: Sendable {
    private let conversation: ChatController
    private let talking: VoiceSession
    private let models: ModelSwitch
    private let watch: ConfigurationWatcher
    private let loading: Task<Void, Never>

    /// Begins to load.
    /// - Parameters:
    ///   - configuration: as it was read at the start; what changes later is watched.
    ///   - fetchesModels: whether a better model may be fetched meanwhile.
    init(
        _ inbox: any ActionInbox, _ options: GlobalOptions, _ generation: GenerationOptions, _ cloud: CloudOptions,
        _ speech: SpeechOptions, _ voice: VoiceOptions, _ configuration: BrimConfiguration, fetchesModels: Bool
    ) {
        let speaking = SpokenAnswers(
            inbox: inbox, options: options, choice: voice, settings: configuration.voice,
            mode: configuration.voice.speak ?? (configuration.keepsNothingSaid ? .voice : .never),
            insists: configuration.voice.speak != nil)
        let conversation = ChatController(
            inbox: inbox, generation: generation, configuration: configuration, speech: speaking)
        let talking = VoiceSession(inbox: inbox) { conversation.perform(.stopAnswer) }
        watch = ConfigurationWatcher(options, cloud) { change in
            if change.isLocked { conversation.lock() }
            switch change.configuration {
            case .success(let configuration):
                inbox.post(.configured(configuration.screen))
                conversation.configure(configuration)
            case .failure(let failure): inbox.post(.notice(Notice(.warning, "\(failure); it stays as it was")))
            }
        }
        let models = ModelSwitch(inbox, options) { conversation.replace($0) }
        loading = Task {
            await conversation.load(options, generation, configuration)
            if fetchesModels { models.fetchRecommended(configuration) }
            await talking.open(options, speech, configuration.voice)
        }
        (self.conversation, self.talking, self.models) = (conversation, talking, models)
    }

    /// Carries out what the person asks for. Never blocks.
    func perform(_ effect: ChatEffect) {
        switch effect {
        case .talk(let key): talking.press(key)
        case .muteMicrophone(let isMuted): talking.mute(isMuted)
        case .useModel(let name): models.use(name)
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
        // What is on its way to the cloud ends first, whatever else takes its time.
        conversation.shut()
        watch.close()
        loading.cancel()
        await models.close()
        await talking.close()
        await conversation.close()
    }

    /// Throws the exit code of a session that was not kept, and says why where a closed screen cannot. After ``close()``.
    func checkIsKept() throws {
        guard let why = conversation.whyNotKept else { return }
        why.writeToError()
        throw ExitCode.notKept
    }
}
