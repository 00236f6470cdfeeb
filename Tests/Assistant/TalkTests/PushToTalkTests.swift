import AssistantCore
import Testing

@testable import Talk

/// Push to talk on a clock of the test's own: keys and sound in, effects out.
@Suite("Push to talk") struct PushToTalkTests {
    private static let hold = PushToTalk.Event.key(.press(isReleaseReported: true))
    private static let tap = PushToTalk.Event.key(.press(isReleaseReported: false))

    /// The machine, and everything that it wanted done. Timers ring by themselves while time passes.
    private struct Bench {
        var machine = PushToTalk()
        var now = Duration.zero
        var effects: [PushToTalk.Effect] = []
        private var alarm: Duration?

        mutating func send(_ event: PushToTalk.Event) {
            let new = machine.handle(event, at: now)
            effects += new
            for case .wake(let time) in new { alarm = time }
        }

        mutating func pass(_ milliseconds: Int) {
            let end = now + .milliseconds(milliseconds)
            while let alarm, alarm <= end {
                now = max(now, alarm)
                self.alarm = nil
                send(.timer)
            }
            now = end
        }

        var isRecording: Bool {
            if case .recording = machine.status.phase { return true }
            return false
        }
        var starts: Int { effects.filter { $0 == .startRecording }.count }
        var finishes: Int { effects.filter { $0 == .finishRecording }.count }
        var drops: Int { effects.filter { $0 == .dropRecording }.count }
        var notices: [String] {
            effects.compactMap { if case .tell(.notice(let text)) = $0 { text } else { nil } }
        }
        var spoken: [SpokenText] {
            effects.compactMap { if case .tell(.spoken(let text)) = $0 { text } else { nil } }
        }
    }

    private func transcript(_ text: String, logProbability: Float = -0.1, noSpeech: Float = 0) -> Transcript {
        Transcript(
            outcome: text.isEmpty ? .noSpeech : .spoken,
            segments: text.isEmpty ? [] : [.init(start: .zero, end: .seconds(1), text: text)],
            averageLogProbability: logProbability, noSpeechProbability: noSpeech, audioDuration: .seconds(2),
            encodeDuration: .zero, decodeDuration: .zero, totalDuration: .zero)
    }

    private func sound(isSpeech: Bool = true) -> PushToTalk.Event {
        .audio(.sound([0], SoundLevel(rmsDecibels: -20, peakDecibels: -10, isSpeech: isSpeech)))
    }

    @Test("Held and let go: the recording begins with the press, silences the answer, and ends with the release")
    func hold() {
        var bench = Bench()
        bench.send(Self.hold)
        #expect(bench.effects.prefix(2) == [.stopAnswer, .startRecording])
        #expect(bench.machine.status.method == .hold)
        bench.pass(900)
        #expect(bench.finishes == 0)
        bench.send(.key(.release))
        #expect(bench.finishes == 1 && bench.machine.status.phase == .hearing)
        bench.pass(80)
        bench.send(.heard(transcript("Hello there.")))
        #expect(bench.spoken.first?.text == "Hello there." && bench.spoken.first?.releaseToText == .milliseconds(80))
        #expect(bench.spoken.first?.isUnsure == false && bench.machine.status.phase == .ready)
    }

    @Test("A short tap leaves it on until the next press, also where the release is reported")
    func tapWithRelease() {
        var bench = Bench()
        bench.send(Self.hold)
        bench.pass(120)
        bench.send(.key(.release))
        bench.pass(2_000)
        #expect(bench.isRecording)
        bench.send(Self.hold)
        #expect(bench.finishes == 1)
        bench.pass(100)
        bench.send(.key(.release))
        #expect(bench.starts == 1 && bench.finishes == 1)
    }

    @Test("Without releases a second press ends the recording at once")
    func tap() {
        var bench = Bench()
        bench.send(Self.tap)
        #expect(bench.machine.status.method == .tap)
        bench.pass(1_500)
        bench.send(Self.tap)
        #expect(bench.finishes == 1 && bench.starts == 1)
    }

    @Test("An early second press without repeats behind it is a tap")
    func earlyTap() {
        var bench = Bench()
        bench.send(Self.tap)
        bench.pass(500)
        bench.send(Self.tap)
        #expect(bench.finishes == 0)
        bench.pass(180)
        #expect(bench.finishes == 1)
    }

    @Test("A key held on a terminal without releases repeats, and the end of the repeats is the release")
    func repeats() {
        for delay in [250, 500, 660] {
            var bench = Bench()
            bench.send(Self.tap)
            bench.pass(delay)
            for _ in 0..<60 {
                bench.send(Self.tap)
                bench.pass(33)
            }
            #expect(bench.finishes == 0 && bench.machine.status.method == .hold, "delay \(delay)")
            bench.pass(150)
            #expect(bench.finishes == 1 && bench.starts == 1)
        }
    }

    @Test("Holding the press that ends a recording begins no other")
    func heldEnd() {
        var bench = Bench()
        bench.send(Self.tap)
        bench.pass(2_000)
        bench.send(Self.tap)
        bench.pass(100)
        bench.send(.heard(transcript("Done.")))
        bench.pass(400)
        for _ in 0..<40 {
            bench.send(Self.tap)
            bench.pass(33)
        }
        #expect(bench.starts == 1)
        bench.pass(300)
        bench.send(Self.tap)
        #expect(bench.starts == 2)
    }

    @Test("Esc forgets the recording, and the words that are being sought")
    func cancel() {
        var bench = Bench()
        bench.send(Self.hold)
        bench.send(.key(.cancel))
        #expect(bench.drops == 1 && bench.machine.status.phase == .ready)
        bench.pass(1_000)
        bench.send(Self.hold)
        bench.pass(1_000)
        bench.send(.key(.release))
        bench.send(.key(.cancel))
        bench.send(.heard(transcript("Too late.")))
        #expect(bench.drops == 2 && bench.spoken.isEmpty)
        bench.send(.key(.cancel))
        #expect(bench.drops == 2)
    }

    @Test("Two minutes are the longest recording, and what was said in them counts")
    func limit() {
        var bench = Bench()
        bench.send(Self.hold)
        bench.pass(119_999)
        #expect(bench.isRecording)
        bench.pass(1)
        #expect(bench.finishes == 1 && bench.notices.count == 1)
    }

    @Test("While recording the screen is told ten times a second, with level, time, speech and overruns")
    func pictures() {
        var bench = Bench()
        bench.send(Self.hold)
        bench.effects = []
        for step in 0..<100 {
            bench.send(step == 50 ? .audio(.overrun(total: 3)) : sound(isSpeech: step > 60))
            bench.pass(20)
        }
        #expect(15...25 ~= bench.effects.count)
        guard case .tell(.status(let status)) = bench.effects.last, case .recording(let shown) = status.phase else {
            Issue.record("the last effect shows no recording")
            return
        }
        #expect(shown.overruns == 3 && shown.hasSpeech && shown.level.rmsDecibels == -20)
        #expect(shown.elapsed > .milliseconds(1_800))
    }

    @Test("A device that is not there ends it at once with the reason; one that comes back within seconds does not")
    func interruptions() {
        var bench = Bench()
        bench.send(Self.hold)
        bench.send(.audio(.interrupted("no microphone")))
        #expect(bench.drops == 1 && bench.notices == ["no microphone"])
        bench.pass(1_000)
        bench.send(Self.hold)
        bench.send(sound())
        bench.send(.audio(.interrupted("pulled out")))
        bench.pass(4_000)
        bench.send(.audio(.resumed))
        bench.pass(10_000)
        #expect(bench.isRecording)
        bench.send(.audio(.interrupted("pulled out")))
        bench.pass(5_000)
        // What was said before counts.
        #expect(bench.finishes == 1 && bench.notices.last == "pulled out")
    }

    @Test("Without any speech before it went away, a lost device leaves nothing to hear")
    func lostInSilence() {
        var bench = Bench()
        bench.send(Self.hold)
        bench.send(sound(isSpeech: false))
        bench.send(.audio(.interrupted("pulled out")))
        bench.pass(5_000)
        #expect(bench.finishes == 0 && bench.drops == 1 && bench.notices == ["pulled out"])
    }

    @Test("Doubtful words are offered for editing, silence is said to be silence, a failure is told")
    func outcomes() {
        for (transcript, isUnsure) in [
            (transcript("Sure."), false), (transcript("Hardly.", logProbability: -0.9), true),
            (transcript("Nobody?", noSpeech: 0.7), true),
        ] {
            var bench = Bench()
            bench.send(Self.hold)
            bench.pass(1_000)
            bench.send(.key(.release))
            bench.send(.heard(transcript))
            #expect(bench.spoken.map(\.isUnsure) == [isUnsure])
        }
        for event in [PushToTalk.Event.heard(transcript("")), .failed("broken")] {
            var bench = Bench()
            bench.send(Self.hold)
            bench.pass(1_000)
            bench.send(.key(.release))
            bench.send(event)
            #expect(bench.spoken.isEmpty && bench.notices.count == 1 && bench.machine.status.phase == .ready)
        }
    }

    @Test("Where talking is not allowed a press says why and opens nothing")
    func notAllowed() {
        var bench = Bench()
        bench.send(.allowed(because: "over SSH"))
        #expect(bench.machine.status.phase == .unavailable("over SSH"))
        bench.send(Self.hold)
        #expect(bench.starts == 0 && bench.notices == ["over SSH"])
        bench.send(.allowed(because: nil))
        bench.send(Self.hold)
        #expect(bench.starts == 1)
    }

    @Test("Whatever comes in whatever order, recordings begin and end in turn and never overlap", arguments: 0..<20)
    func anyOrder(seed: UInt64) {
        var random = SystemRandomNumberGenerator()
        var bench = Bench()
        for _ in 0..<400 {
            bench.pass(Int.random(in: 0...900, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: bench.send(Self.hold)
            case 2, 3: bench.send(Self.tap)
            case 4: bench.send(.key(.release))
            case 5: bench.send(.key(.cancel))
            case 6: bench.send(sound())
            case 7: bench.send(.audio(Bool.random() ? .interrupted("away") : .resumed))
            case 8: bench.send(.heard(transcript("Words.")))
            default: bench.send(.failed("broken"))
            }
        }
        var isOpen = false
        for effect in bench.effects {
            switch effect {
            case .startRecording:
                #expect(!isOpen)
                isOpen = true
            case .finishRecording: #expect(isOpen)
            case .dropRecording: isOpen = false
            case .tell(.spoken): isOpen = false
            case .tell(.notice), .tell(.status), .stopAnswer, .wake: break
            }
        }
    }
}
