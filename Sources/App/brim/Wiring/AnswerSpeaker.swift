import AssistantCore
import Foundation
import LocalInference
import Speaker
import SpeechText
import Synchronization

/// Says an answer while it is made, sentence by sentence, on one speaker. May be used from any thread; never blocks.
final class AnswerSpeaker: Sendable {
    /// How an answer was said.
    struct Report: Sendable, Hashable {
        var engine: SpeakingVoice.Engine
        /// From the first clause being there to its first sound.
        var firstSound: Duration?
        var playback: Speaker.Report?
        /// Why not all of it was said; one sentence.
        var problem: String?
    }

    /// What of it is heard at a moment.
    struct Progress: Sendable, Hashable {
        /// The clauses that are being said, in order; empty before the first sound.
        var clauses: [SpokenClause] = []
        /// Of the sound, in dBFS; `nil` in a pause.
        var level: Float?
        /// As in ``Report``.
        var firstSound: Duration?
        /// How often the speaker had nothing left to play while there was more to say.
        var gaps = 0
    }

    private struct State {
        var answer: SpokenAnswer
        /// What was given to the speaker, and how many seconds of sound stood before it.
        var spoken: [(start: Double, clauses: [SpokenClause])] = []
        /// Seconds of sound given to the speaker.
        var seconds = 0.0
        var isStopped = false
        /// Sentences of an earlier number are no longer wanted.
        var generation = 0
        var firstClause: ContinuousClock.Instant?
        var speaker: Speaker?
        var problem: String?
    }

    private struct Sentence: Sendable {
        var clauses: [SpokenClause]
        var generation: Int
    }

    private let voice: SpeakingVoice
    private let open: @Sendable () -> Speaker
    private let state: Mutex<State>
    private let sentences: AsyncStream<Sentence>.Continuation
    private let work = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - voice: what speaks.
    ///   - mayBeReplaced: whether a draft may yet be handed over to the cloud.
    ///   - open: opens the speaker, once there is something to say.
    init(_ voice: SpeakingVoice, mayBeReplaced: Bool = true, open: @escaping @Sendable () -> Speaker) {
        (self.voice, self.open) = (voice, open)
        state = Mutex(State(answer: SpokenAnswer(language: voice.language, mayBeReplaced: mayBeReplaced)))
        let (stream, sentences) = AsyncStream<Sentence>.makeStream()
        self.sentences = sentences
        work.withLock { $0 = Task { await self.say(stream) } }
    }

    /// Takes in what the turn tells.
    func take(_ update: TurnEvent) {
        guard let event = SpokenAnswer.Event(update) else { return }
        state.withLock { state in
            for effect in state.answer.handle(event) {
                switch effect {
                case .forget: state.generation += 1
                case .say(let clauses):
                    state.firstClause = state.firstClause ?? .now
                    sentences.yield(Sentence(clauses: clauses, generation: state.generation))
                }
            }
        }
        if case .finished = event { sentences.finish() }
    }

    /// What is heard now; `nil` where nothing was to be said so far.
    var progress: Progress? {
        state.withLock { state in
            guard let speaker = state.speaker, let first = state.firstClause else { return nil }
            let report = speaker.report
            // What the device has taken is heard a moment later.
            let heard = report.seconds - Self.deviceSeconds
            var progress = Progress(
                level: report.level, firstSound: report.firstSound.map { first.duration(to: $0) },
                gaps: report.underruns)
            if report.firstSound != nil {
                progress.clauses = (state.spoken.last { $0.start <= heard } ?? state.spoken.first)?.clauses ?? []
            }
            return progress
        }
    }

    /// A device holds so many seconds of sound, or fewer.
    private static let deviceSeconds = 0.1

    /// Falls silent at once, and stays so.
    func stop() {
        let speaker = state.withLock { state in
            state.isStopped = true
            return state.speaker
        }
        sentences.finish()
        speaker?.stop()
    }

    /// Says the rest louder or more quietly.
    /// - Parameter volume: 0 ... 100.
    func setVolume(_ volume: Int) { state.withLock(\.speaker)?.setVolume(Float(volume) / 100) }

    /// Nothing more will be told of the answer.
    func close() { sentences.finish() }

    /// Returns when all was said, or it was stopped; after ``close()`` or the end of the answer.
    func finish() async -> Report {
        await work.withLock { $0 }?.value
        let (speaker, first, problem) = state.withLock { ($0.speaker, $0.firstClause, $0.problem) }
        let playback = await speaker?.finish()
        var report = Report(engine: voice.engine, playback: playback, problem: problem ?? playback?.error?.description)
        if let first, let sound = playback?.firstSound { report.firstSound = first.duration(to: sound) }
        return report
    }

    /// The same, for those who read this device's health; `nil` where nothing was to be said.
    func finishedSpeech() async -> TurnSpeech? {
        let report = await finish()
        guard let start = state.withLock({ $0.firstClause }) else { return nil }
        return TurnSpeech(
            voice: voice.name, start: start, end: .now, firstSound: report.firstSound,
            isInterrupted: report.playback?.wasStopped == true, isError: report.problem != nil)
    }

    private func say(_ stream: AsyncStream<Sentence>) async {
        var isFirst = true
        for await sentence in stream {
            guard isWanted(sentence) else { continue }
            // The first sound is waited for; what follows has the time in which that is heard.
            let urgent = isFirst ? UrgentWork() : nil
            defer { urgent?.end() }
            isFirst = false
            let speaker = state.withLock { state in
                let speaker = state.speaker ?? open()
                state.speaker = speaker
                // It may have been stopped meanwhile.
                if state.isStopped { speaker.stop() }
                return speaker
            }
            do {
                state.withLock { $0.spoken.append(($0.seconds, sentence.clauses)) }
                _ = try await voice.say(sentence.clauses) { [self] samples in
                    urgent?.end()
                    state.withLock { $0.seconds += Double(samples.count) / Double(voice.sampleRateHz) }
                    // A sentence that has begun is said to its end, but where silence is wanted.
                    return speaker.play(samples)
                }
            } catch {
                return state.withLock { $0.problem = String(describing: error) }
            }
        }
    }

    private func isWanted(_ sentence: Sentence) -> Bool {
        state.withLock { !$0.isStopped && $0.generation == sentence.generation }
    }
}

extension SpokenAnswer.Event {
    /// `nil` for what says nothing about what is said.
    fileprivate init?(_ update: TurnEvent) {
        switch update {
        case .local(.token(let token), _): self = .drafted(token.text)
        case .local(.rolledBack, _), .draftRestarted: self = .takenBack
        case .escalation: self = .handedOver
        case .cloud(.content(let text)): self = .received(text)
        case .finished(let outcome): self = .finished(outcome.text, isRemote: outcome.origin == .cloud)
        case .route, .local, .cloud: return nil
        }
    }
}

extension AnswerSpeaker.Report {
    /// What `--json` tells of it.
    private struct Line: Encodable {
        var type = "spoken"
        var engine: SpeakingVoice.Engine
        var firstSoundMs: Double?
        var audioS: Double
        var underruns: Int
        var stopped: Bool

        enum CodingKeys: String, CodingKey {
            case type, engine, underruns, stopped
            case firstSoundMs = "first_sound_ms"
            case audioS = "audio_s"
        }
    }

    /// Writes how it was said: one JSON object, or what went wrong.
    func write(asJSON json: Bool) throws {
        if let problem { Terminal.writeError("brim: the answer was not said: \(problem)") }
        guard json else { return }
        try JSONLines.write(
            Line(
                engine: engine, firstSoundMs: firstSound?.inMilliseconds, audioS: playback?.seconds ?? 0,
                underruns: playback?.underruns ?? 0, stopped: playback?.wasStopped ?? false))
    }
}
