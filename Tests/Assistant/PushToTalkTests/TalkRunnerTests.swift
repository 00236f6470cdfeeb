import AssistantCore
import Synchronization
import Testing

@testable import PushToTalk

/// The runner with a source and a transcriber that do what the test says.
@Suite("Talk runner") struct TalkRunnerTests {
    /// A source whose one recording gives some sounds, and more when it is stopped never.
    private final class Source: AudioSource {
        let sounds: [AudioEvent]
        private let started = Mutex(0)
        init(_ sounds: [AudioEvent]) { self.sounds = sounds }

        var state: AudioSourceState { .open(device: "script") }
        var recordings: Int { started.withLock { $0 } }
        func setMuted(_ isMuted: Bool) {}
        func startRecording() -> any AudioRecording {
            started.withLock { $0 += 1 }
            return Recording(sounds)
        }
    }

    private struct Recording: AudioRecording {
        let events: AsyncStream<AudioEvent>
        private let continuation: AsyncStream<AudioEvent>.Continuation

        init(_ sounds: [AudioEvent]) {
            (events, continuation) = AsyncStream.makeStream()
            for sound in sounds { continuation.yield(sound) }
        }

        func stop() { continuation.finish() }
    }

    /// Says how many samples it was given; 13 of them are its end.
    private final class Counter: Transcriber {
        func transcribe(_ samples: [Float]) async throws -> Transcript { throw CancellationError() }
        func startTranscription() async throws -> any StreamingTranscription { Stream() }

        final class Stream: StreamingTranscription {
            let partialTexts: AsyncStream<String>
            private let partials: AsyncStream<String>.Continuation
            private let count = Mutex(0)

            init() { (partialTexts, partials) = AsyncStream.makeStream() }

            func append(_ samples: [Float]) {
                let count = count.withLock { count in
                    count += samples.count
                    return count
                }
                partials.yield("\(count) so far")
            }

            func finish() async throws -> Transcript {
                let count = count.withLock { $0 }
                if count == 13 { throw Broken() }
                return Transcript(
                    outcome: .spoken, segments: [.init(start: .zero, end: .seconds(1), text: "\(count) samples")],
                    averageLogProbability: -0.1, noSpeechProbability: 0, audioDuration: .seconds(1),
                    encodeDuration: .zero, decodeDuration: .zero, totalDuration: .zero)
            }

            func cancel() { partials.finish() }
        }

        struct Broken: Error {}
    }

    private func runner(_ source: Source) -> (TalkRunner, AsyncStream<TalkUpdate>, stopped: StopCount) {
        let (updates, continuation) = AsyncStream<TalkUpdate>.makeStream()
        let stopped = StopCount()
        let ports = TalkRunner.Ports(
            source: source, transcriber: Counter(), stopAnswer: { stopped.add() }, onUpdate: { continuation.yield($0) })
        return (TalkRunner(ports), updates, stopped)
    }

    private final class StopCount: Sendable {
        private let count = Mutex(0)
        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }

    private func sound(_ count: Int) -> AudioEvent {
        .sound(Array(repeating: 0, count: count), SoundLevel(rmsDecibels: -20, peakDecibels: -10, isSpeech: true))
    }

    @Test("Press, sound, press: the words of all the sound come, and the answer was stopped", .timeLimit(.minutes(10)))
    func words() async {
        let (runner, updates, stopped) = runner(Source([sound(100), sound(60)]))
        runner.press(.press(isReleaseReported: true))
        var sawText = false
        for await update in updates {
            if case .status(let status) = update, case .recording(let shown) = status.phase, !sawText {
                // A tap leaves it on; the next press ends it, whatever of the sound was taken by then.
                sawText = true
                #expect(shown.problem == nil)
                runner.press(.release)
                runner.press(.press(isReleaseReported: true))
            }
            guard case .spoken(let spoken) = update else { continue }
            #expect(spoken.text == "160 samples" && !spoken.isUnsure)
            break
        }
        #expect(stopped.value == 1)
        await runner.close()
    }

    @Test("A transcriber that fails is told as a notice, and the next recording works", .timeLimit(.minutes(10)))
    func failure() async {
        let (runner, updates, _) = runner(Source([sound(13)]))
        runner.press(.press(isReleaseReported: true))
        runner.press(.press(isReleaseReported: true))
        for await update in updates {
            guard case .notice(let text) = update else { continue }
            #expect(text.contains("Broken"))
            break
        }
        await runner.close()
    }

    @Test("Cancelling tells no words, and closing in mid-recording ends everything", .timeLimit(.minutes(10)))
    func cancel() async {
        let source = Source([sound(5)])
        let (runner, updates, _) = runner(source)
        runner.press(.press(isReleaseReported: true))
        runner.press(.cancel)
        for await update in updates {
            if case .status(let status) = update, status.phase == .ready { break }
            guard case .status = update else {
                Issue.record("\(update)")
                break
            }
        }
        runner.press(.press(isReleaseReported: true))
        await runner.close()
        #expect(source.recordings == 2)
    }
}
