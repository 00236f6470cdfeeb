import AssistantCore
import ChatUI
import EchoCancellation
import Foundation
import Speaker
import SpeechText
import Synchronization

/// Answers said aloud beside the screen: when, by which voice, and silence at once. May be used from any thread.
final class SpokenAnswers: Sendable {
    private struct State {
        var mode: SpeakingMode
        /// 0 ... 100.
        var volume: Int
        var voice: SpeakingVoice?
        var loading: Task<Void, Never>?
        /// Why there is no voice; one sentence with the next step.
        var problem: String?
        /// The question that comes next was spoken.
        var wasSpoken = false
        /// Somebody is being recorded.
        var isListening = false
        var current: AnswerSpeaker?
        /// Tells the screen of the answer that is said, or was last.
        var following: Task<Void, Never>?
    }

    private let state: Mutex<State>
    private let inbox: any ActionInbox
    private let options: GlobalOptions
    private let choice: VoiceChoice
    /// What is heard of it, for the microphone beside.
    let played = PlayedSound()
    /// Why nothing is said; `nil` where it may be.
    private let obstacle: String?

    /// The screen is told so often of what is heard.
    private static let pictureInterval = Duration.milliseconds(80)

    /// - Parameters:
    ///   - mode: when answers are said, until the person wants it otherwise.
    ///   - insists: whether the screen says at once that there is no voice, which somebody asked for; else only when one
    ///     would have spoken.
    init(
        inbox: any ActionInbox, options: GlobalOptions, choice: VoiceOptions, settings: BrimConfiguration.Voice,
        mode: SpeakingMode, insists: Bool
    ) {
        (self.inbox, self.options) = (inbox, options)
        self.choice = choice.over(settings)
        obstacle = settings.speakingObstacle
        state = Mutex(State(mode: obstacle == nil ? mode : .never, volume: self.choice.volume))
        postMode()
        if obstacle == nil, mode != .never { load(insists: insists) }
    }

    // MARK: When

    /// Changes when answers are said: to what is named, or else to the next of never, voice and always.
    func choose(_ name: String) {
        let modes = SpeakingMode.allCases
        let next = (modes.firstIndex(of: state.withLock(\.mode)) ?? 0) + 1
        guard let mode = name.isEmpty ? modes[next % modes.count] : SpeakingMode(rawValue: name) else {
            return inbox.post(.hint("/speak takes never, voice (to spoken questions) or always"))
        }
        if mode != .never, let obstacle { return inbox.post(.notice(Notice(.information, obstacle))) }
        state.withLock { $0.mode = mode }
        postMode()
        inbox.post(.hint("answers are said aloud: \(mode.words)"))
        if mode == .never { silence() } else { load(insists: true) }
    }

    /// Says this answer and the next ones louder, or more quietly.
    /// - Parameter change: of 100.
    func changeVolume(by change: Int) {
        if let obstacle { return inbox.post(.notice(Notice(.information, obstacle))) }
        let (volume, speaker) = state.withLock { state in
            state.volume = max(0, min(100, state.volume + change))
            return (state.volume, state.current)
        }
        speaker?.setVolume(volume)
        inbox.post(.hint("volume \(volume) of 100"))
    }

    /// The question that is sent next was spoken.
    func noteSpokenQuestion() { state.withLock { $0.wasSpoken = true } }

    /// Somebody is being recorded, or is no more: an answer that begins meanwhile, to an earlier question, is only read.
    func setListening(_ isListening: Bool) { state.withLock { $0.isListening = isListening } }

    private func postMode() {
        let words = state.withLock { state in
            if state.mode == .never { return state.mode.words }
            if state.problem != nil { return "none" }
            return state.loading == nil ? state.mode.words : "loading"
        }
        inbox.post(.speaker(words))
    }

    // MARK: An answer

    /// Begins an answer.
    /// - Parameter mayBeReplaced: whether a draft of it may yet be handed over to the cloud.
    /// - Returns: what says it; `nil` where it is not said.
    func begin(mayBeReplaced: Bool) -> AnswerSpeaker? {
        silence()
        let (speaker, problem) = state.withLock { state -> (AnswerSpeaker?, String?) in
            defer { state.wasSpoken = false }
            guard !state.isListening else { return (nil, nil) }
            guard state.mode == .always || state.mode == .voice && state.wasSpoken else { return (nil, nil) }
            guard let voice = state.voice else {
                return (nil, state.problem ?? (state.loading == nil ? nil : "the voice is still being loaded."))
            }
            let speaker = AnswerSpeaker(voice, mayBeReplaced: mayBeReplaced) { [self] in
                open(rateHz: voice.sampleRateHz)
            }
            state.current = speaker
            state.following = Task { await follow(speaker) }
            return (speaker, nil)
        }
        if let problem { report(problem) }
        return speaker
    }

    /// Tells the screen what is heard of an answer, until it was said or nobody wants to hear it.
    private func follow(_ speaker: AnswerSpeaker) async {
        let watch = Task {
            while !Task.isCancelled, isCurrent(speaker) {
                post(speaker.progress, of: speaker)
                do { try await Task.sleep(for: Self.pictureInterval) } catch { return }
            }
        }
        let result = await speaker.finish()
        watch.cancel()
        await watch.value
        // What was heard for less than a picture is measured too.
        post(speaker.progress, of: speaker)
        let wasCurrent = state.withLock { state in
            defer { if state.current === speaker { state.current = nil } }
            return state.current === speaker
        }
        guard wasCurrent else { return }
        inbox.post(.speaking(nil))
        if let problem = result.problem { inbox.post(.notice(Notice(.warning, "Not said aloud: \(problem)"))) }
    }

    /// A speaker as loud as answers are now.
    private func open(rateHz: Int) -> Speaker {
        var choice = choice
        choice.volume = state.withLock(\.volume)
        return choice.open(rateHz: rateHz, played: played)
    }

    private func isCurrent(_ speaker: AnswerSpeaker) -> Bool { state.withLock { $0.current === speaker } }

    private func post(_ progress: AnswerSpeaker.Progress?, of speaker: AnswerSpeaker) {
        guard let progress, isCurrent(speaker) else { return }
        inbox.post(
            .speaking(
                SpeakingProgress(
                    first: progress.clauses.first?.source ?? "", last: progress.clauses.last?.source ?? "",
                    level: progress.level, latency: progress.firstSound, gaps: progress.gaps)))
    }

    /// Says nothing more.
    func silence() {
        let current = state.withLock { state in
            defer { state.current = nil }
            return state.current
        }
        guard let current else { return }
        current.stop()
        inbox.post(.speaking(nil))
    }

    /// Falls silent, and returns when nothing is at work any more.
    func close() async {
        silence()
        let (loading, following) = state.withLock { ($0.loading, $0.following) }
        loading?.cancel()
        await loading?.value
        await following?.value
    }

    // MARK: The voice

    private func load(insists: Bool) {
        state.withLock { state in
            // The better voice may have been fetched, or espeak-ng installed, since a plainer one was taken.
            guard state.voice == nil || state.voice?.shortcoming != nil, state.loading == nil else { return }
            state.loading = Task { await load(insists: insists) }
        }
        postMode()
    }

    private func load(insists: Bool) async {
        var problem: String?
        do {
            let voice = try await choice.load(options)
            state.withLock { $0.voice = voice }
            if insists, let shortcoming = voice.shortcoming, !Task.isCancelled {
                inbox.post(.notice(Notice(.information, shortcoming)))
            }
        } catch {
            problem = String(describing: error)
        }
        state.withLock { ($0.loading, $0.problem) = (nil, problem) }
        postMode()
        if insists, let problem, !Task.isCancelled { report(problem) }
    }

    private func report(_ problem: String) {
        inbox.post(.notice(Notice(.information, "Answers are not said aloud: \(problem)")))
    }
}
