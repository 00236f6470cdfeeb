import AssistantCore
import Testing

@testable import PushToTalk

/// Push to talk on a clock of the test's own: keys and sound in, effects out.
@Suite("Push to talk") struct PushToTalkTests {
    private static let hold = PushToTalk.Event.key(.press(isReleaseReported: true))
    private static let tap = PushToTalk.Event.key(.press(isReleaseReported: false))

    /// The machine, and everything that it wanted done. Timers ring by themselves while time passes.
    private struct Harness {
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
            effects.compactMap { if case .emit(.notice(let text)) = $0 { text } else { nil } }
        }
        var spoken: [SpokenText] {
            effects.compactMap { if case .emit(.spoken(let text)) = $0 { text } else { nil } }
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
        var harness = Harness()
        harness.send(Self.hold)
        #expect(harness.effects.prefix(2) == [.stopAnswer, .startRecording])
        #expect(harness.machine.status.method == .hold)
        harness.pass(900)
        #expect(harness.finishes == 0)
        harness.send(.key(.release))
        #expect(harness.finishes == 1 && harness.machine.status.phase == .hearing)
        harness.pass(80)
        harness.send(.heard(transcript("Hello there.")))
        #expect(
            harness.spoken.first?.text == "Hello there." && harness.spoken.first?.releaseToText == .milliseconds(80))
        #expect(harness.spoken.first?.isUnsure == false && harness.machine.status.phase == .ready)
    }

    @Test("A short tap leaves it on until the next press, also where the release is reported")
    func tapWithRelease() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.pass(120)
        harness.send(.key(.release))
        harness.pass(2_000)
        #expect(harness.isRecording)
        harness.send(Self.hold)
        #expect(harness.finishes == 1)
        harness.pass(100)
        harness.send(.key(.release))
        #expect(harness.starts == 1 && harness.finishes == 1)
    }

    @Test("Without releases a second press ends the recording at once")
    func tap() {
        var harness = Harness()
        harness.send(Self.tap)
        #expect(harness.machine.status.method == .tap)
        harness.pass(1_500)
        harness.send(Self.tap)
        #expect(harness.finishes == 1 && harness.starts == 1)
    }

    @Test("An early second press without repeats behind it is a tap")
    func earlyTap() {
        var harness = Harness()
        harness.send(Self.tap)
        harness.pass(500)
        harness.send(Self.tap)
        #expect(harness.finishes == 0)
        harness.pass(180)
        #expect(harness.finishes == 1)
    }

    @Test("A key held on a terminal without releases repeats, and the end of the repeats is the release")
    func repeats() {
        for delay in [250, 500, 660] {
            var harness = Harness()
            harness.send(Self.tap)
            harness.pass(delay)
            for _ in 0..<60 {
                harness.send(Self.tap)
                harness.pass(33)
            }
            #expect(harness.finishes == 0 && harness.machine.status.method == .hold, "delay \(delay)")
            harness.pass(150)
            #expect(harness.finishes == 1 && harness.starts == 1)
        }
    }

    @Test("Holding the press that ends a recording begins no other")
    func heldEnd() {
        var harness = Harness()
        harness.send(Self.tap)
        harness.pass(2_000)
        harness.send(Self.tap)
        harness.pass(100)
        harness.send(.heard(transcript("Done.")))
        harness.pass(400)
        for _ in 0..<40 {
            harness.send(Self.tap)
            harness.pass(33)
        }
        #expect(harness.starts == 1)
        harness.pass(300)
        harness.send(Self.tap)
        #expect(harness.starts == 2)
    }

    @Test("Held for longer than the words are sought, the press that ends a recording begins no other")
    func heldWhileHearing() {
        var harness = Harness()
        harness.send(Self.tap)
        harness.pass(2_000)
        harness.send(Self.tap)
        for repetition in 0..<80 {
            harness.pass(repetition == 0 ? 500 : 33)
            harness.send(Self.tap)
            if repetition == 40 { harness.send(.heard(transcript("Done."))) }
        }
        #expect(harness.spoken.count == 1 && harness.starts == 1)
    }

    @Test("A press soon after the end of a recording begins another, from that press on", arguments: [20, 300, 740])
    func pressedSoon(after milliseconds: Int) {
        var harness = Harness()
        harness.send(Self.tap)
        harness.pass(2_000)
        harness.send(Self.tap)
        harness.send(.heard(transcript("Done.")))
        harness.pass(milliseconds)
        harness.send(Self.tap)
        harness.pass(200)
        #expect(harness.starts == 2 && harness.isRecording)
        #expect(harness.effects.filter { $0 == .stopAnswer }.count == 2)
        harness.pass(1_000)
        harness.send(Self.tap)
        #expect(harness.finishes == 2)
    }

    @Test("Where releases are reported, a press soon after the end of a recording begins another at once")
    func heldSoon() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.pass(900)
        harness.send(.key(.release))
        harness.send(.heard(transcript("Done.")))
        harness.pass(100)
        harness.send(Self.hold)
        #expect(harness.starts == 2 && harness.isRecording)
    }

    @Test("Esc forgets the recording, and the words that are being sought")
    func cancel() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.send(.key(.cancel))
        #expect(harness.drops == 1 && harness.machine.status.phase == .ready)
        harness.pass(1_000)
        harness.send(Self.hold)
        harness.pass(1_000)
        harness.send(.key(.release))
        harness.send(.key(.cancel))
        harness.send(.heard(transcript("Too late.")))
        #expect(harness.drops == 2 && harness.spoken.isEmpty)
        harness.send(.key(.cancel))
        #expect(harness.drops == 2)
    }

    @Test("Two minutes are the longest recording, and what was said in them counts")
    func limit() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.pass(119_999)
        #expect(harness.isRecording)
        harness.pass(1)
        #expect(harness.finishes == 1 && harness.notices.count == 1)
    }

    @Test("While recording the screen is told ten times a second, with level, time, speech and overruns")
    func pictures() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.effects = []
        for step in 0..<100 {
            harness.send(step == 50 ? .audio(.overrun(total: 3)) : sound(isSpeech: step > 60))
            harness.pass(20)
        }
        #expect(15...25 ~= harness.effects.count)
        guard case .emit(.status(let status)) = harness.effects.last, case .recording(let shown) = status.phase else {
            Issue.record("the last effect shows no recording")
            return
        }
        #expect(shown.overruns == 3 && shown.hasSpeech && shown.level.rmsDecibels == -20)
        #expect(shown.elapsed > .milliseconds(1_800))
    }

    @Test("A device that is not there ends it at once with the reason; one that comes back within seconds does not")
    func interruptions() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.send(.audio(.interrupted("no microphone")))
        #expect(harness.drops == 1 && harness.notices == ["no microphone"])
        harness.pass(1_000)
        harness.send(Self.hold)
        harness.send(sound())
        harness.send(.audio(.interrupted("pulled out")))
        harness.pass(4_000)
        harness.send(.audio(.resumed))
        harness.pass(10_000)
        #expect(harness.isRecording)
        harness.send(.audio(.interrupted("pulled out")))
        harness.pass(5_000)
        // What was said before counts.
        #expect(harness.finishes == 1 && harness.notices.last == "pulled out")
    }

    @Test("Without any speech before it went away, a lost device leaves nothing to hear")
    func lostInSilence() {
        var harness = Harness()
        harness.send(Self.hold)
        harness.send(sound(isSpeech: false))
        harness.send(.audio(.interrupted("pulled out")))
        harness.pass(5_000)
        #expect(harness.finishes == 0 && harness.drops == 1 && harness.notices == ["pulled out"])
    }

    @Test("Doubtful words are offered for editing, silence is said to be silence, a failure is told")
    func outcomes() {
        for (transcript, isUnsure) in [
            (transcript("Sure."), false), (transcript("Hardly.", logProbability: -0.9), true),
            (transcript("Nobody?", noSpeech: 0.7), true),
        ] {
            var harness = Harness()
            harness.send(Self.hold)
            harness.pass(1_000)
            harness.send(.key(.release))
            harness.send(.heard(transcript))
            #expect(harness.spoken.map(\.isUnsure) == [isUnsure])
        }
        for event in [PushToTalk.Event.heard(transcript("")), .failed("broken")] {
            var harness = Harness()
            harness.send(Self.hold)
            harness.pass(1_000)
            harness.send(.key(.release))
            harness.send(event)
            #expect(harness.spoken.isEmpty && harness.notices.count == 1 && harness.machine.status.phase == .ready)
        }
    }

    @Test("Where talking is not allowed a press says why and opens nothing")
    func notAllowed() {
        var harness = Harness()
        harness.send(.allowed(because: "over SSH"))
        #expect(harness.machine.status.phase == .unavailable("over SSH"))
        harness.send(Self.hold)
        #expect(harness.starts == 0 && harness.notices == ["over SSH"])
        harness.send(.allowed(because: nil))
        harness.send(Self.hold)
        #expect(harness.starts == 1)
    }

    @Test("Whatever comes in whatever order, recordings begin and end in turn and never overlap", arguments: 0..<20)
    func anyOrder(seed: UInt64) {
        var random = SystemRandomNumberGenerator()
        var harness = Harness()
        for _ in 0..<400 {
            harness.pass(Int.random(in: 0...900, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: harness.send(Self.hold)
            case 2, 3: harness.send(Self.tap)
            case 4: harness.send(.key(.release))
            case 5: harness.send(.key(.cancel))
            case 6: harness.send(sound())
            case 7: harness.send(.audio(Bool.random() ? .interrupted("away") : .resumed))
            case 8: harness.send(.heard(transcript("Words.")))
            default: harness.send(.failed("broken"))
            }
        }
        var isOpen = false
        for effect in harness.effects {
            switch effect {
            case .startRecording:
                #expect(!isOpen)
                isOpen = true
            case .finishRecording: #expect(isOpen)
            case .dropRecording: isOpen = false
            case .emit(.spoken): isOpen = false
            case .emit(.notice), .emit(.status), .stopAnswer, .wake: break
            }
        }
    }
}
