import AssistantCore
import Button
import ChatUI
import EchoCancellation
import Foundation
import LocalInference
import Microphone
import Synchronization
import PushToTalk

/// Talking on the full screen: microphone, speech model and push to talk, put together once they are there.
final class VoiceSession: Sendable {
    private enum State {
        /// No talking; the reason.
        case unavailable(String)
        case ready(TalkRunner, Microphone, TalkButton?)
    }

    private let state = Mutex(State.unavailable("The speech model is being loaded; try again in a moment."))
    /// The person has shut the microphone, perhaps before there was one.
    private let isMuted = Mutex(false)
    private let inbox: any ActionInbox
    private let stopAnswer: @Sendable () -> Void
    private let onRecording: @Sendable (Bool) -> Void
    private let played: PlayedSound

    /// - Parameters:
    ///   - played: what the speaker beside the microphone plays.
    ///   - stopAnswer: silences the answer at work.
    ///   - onRecording: is told whether somebody is being recorded.
    init(
        inbox: any ActionInbox, without played: PlayedSound, stopAnswer: @escaping @Sendable () -> Void,
        onRecording: @escaping @Sendable (Bool) -> Void
    ) {
        (self.inbox, self.played, self.stopAnswer, self.onRecording) = (inbox, played, stopAnswer, onRecording)
    }

    /// Loads the speech model and makes talking possible, or tells the screen why it is not.
    func open(_ options: GlobalOptions, _ speech: SpeechOptions, _ voice: BrimConfiguration.Voice) async {
        do {
            if let obstacle = voice.obstacle { return refuse(obstacle) }
            let transcriber = try await speech.loadTranscriber(options, voice)
            let microphone = Microphone(device: voice.device, without: played)
            microphone.setMuted(isMuted.withLock { $0 })
            if voice.listensAhead, voice.remoteListener == nil { microphone.listen() }
            let runner = TalkRunner(
                TalkRunner.Ports(
                    source: voice.source(microphone), transcriber: transcriber, stopAnswer: stopAnswer,
                    onUpdate: { [inbox, onRecording] update in
                        if case .status(let status) = update {
                            if case .recording = status.phase { onRecording(true) } else { onRecording(false) }
                        }
                        inbox.post(.talk(update))
                    }))
            let button = voice.button.map { path in
                TalkButton(path: path, code: voice.buttonKey) {
                    runner.press($0)
                } report: { [inbox] in
                    inbox.post(.talk(.notice($0)))
                }
            }
            state.withLock { $0 = .ready(runner, microphone, button) }
            runner.allow(because: nil)
        } catch {
            refuse(String(describing: error))
        }
    }

    private func refuse(_ why: String) {
        state.withLock { $0 = .unavailable(why) }
        inbox.post(.talk(.status(TalkStatus(.unavailable(why)))))
    }

    func press(_ key: TalkKey) {
        switch state.withLock({ $0 }) {
        case .ready(let runner, _, _): runner.press(key)
        case .unavailable(let why):
            if case .press = key { inbox.post(.talk(.notice(why))) }
        }
    }

    /// Lets no sound through while `isMuted`.
    func mute(_ isMuted: Bool) {
        self.isMuted.withLock { $0 = isMuted }
        if case .ready(_, let microphone, _) = state.withLock({ $0 }) { microphone.setMuted(isMuted) }
    }

    /// Whether the microphone's thread answers, or none is wanted.
    var answers: Bool {
        switch state.withLock({ $0 }) {
        case .ready(_, let microphone, _): microphone.state != .closed
        case .unavailable: true
        }
    }

    /// Drops what is at work and gives the microphone back.
    func close() async {
        let state = state.withLock { state in
            defer { state = .unavailable("Brim is being closed.") }
            return state
        }
        guard case .ready(let runner, let microphone, let button) = state else { return }
        button?.close()
        await runner.close()
        microphone.close()
    }
}
