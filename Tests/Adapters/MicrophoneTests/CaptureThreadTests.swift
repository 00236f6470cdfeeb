import AssistantCore
import Testing

@testable import Microphone

/// What the capture thread does about faults: the device is a script.
@Suite("Capture thread") struct CaptureThreadTests {
    private let limits = CaptureThread.RecoveryLimits(
        firstRetry: .milliseconds(1), longestRetry: .milliseconds(4), silentReads: 3, overruns: 4, lead: .seconds(60))

    /// What a recording is told until `isEnough`; sounds are given as their lengths.
    private func collected(
        _ openings: [ScriptedInput.Opening], until isEnough: (AudioEvent) -> Bool
    ) async -> (events: [String], input: ScriptedInput) {
        let input = ScriptedInput(openings)
        let microphone = Microphone(input, limits: limits)
        let recording = microphone.startRecording()
        var events: [String] = []
        for await event in recording.events {
            switch event {
            case .sound: if events.last != "sound" { events.append("sound") }
            case .lost: events.append("lost")
            case .overrun(let total): events.append("overrun \(total)")
            case .interrupted(let why): events.append(why)
            case .resumed: events.append("resumed")
            }
            if isEnough(event) { break }
        }
        microphone.close()
        return (events, input)
    }

    private func isInterruption(_ word: String) -> (AudioEvent) -> Bool {
        {
            if case .interrupted(let why) = $0 { return why.contains(word) }
            return false
        }
    }

    @Test("A device that vanishes in mid-capture comes back by itself")
    func vanishes() async {
        let gone = MicrophoneError(.unplugged, "unplugged")
        let (events, input) = await collected(
            [
                .works([.sound, .failed(gone)]), .fails(MicrophoneError(.notFound, "not there")),
                .works([.sound, .failed(MicrophoneError(.failed, "end"))]),
            ], until: isInterruption("end"))
        #expect(events == ["sound", "unplugged", "not there", "resumed", "sound", "end"], "\(events)")
        #expect(input.closed >= 3)
    }

    @Test("Overruns are counted and the sound goes on; a storm of them opens the device anew")
    func overruns() async {
        let (events, _) = await collected(
            [
                .works(
                    [.sound, .overrun, .sound, .overrun, .overrun, .overrun, .sound]
                        + Array(repeating: .overrun, count: 9))
            ],
            until: isInterruption("again and again"))
        let counted = events.filter { $0.hasPrefix("overrun") }
        #expect(counted.first == "overrun 1" && events.contains("sound"), "\(events)")
        #expect(events.last?.contains("again and again") == true)
        #expect(counted.last == "overrun 8" && counted.count >= 3)
    }

    @Test("A device that yields nothing is opened anew, with a word about it")
    func silent() async {
        let (events, input) = await collected(
            [.works([.sound, .nothing, .nothing, .sound])], until: isInterruption("no sound"))
        #expect(events.last?.contains("script yields no sound") == true, "\(events)")
        #expect(input.opened >= 2)
    }

    @Test("A missing device is tried again and again, at a leisurely pace, until the microphone is closed")
    func retries() async {
        let input = ScriptedInput([])
        let microphone = Microphone(input, limits: limits)
        let recording = microphone.startRecording()
        for await event in recording.events {
            #expect(event == .interrupted("gone for good"))
            // The reason stays the same: it is told once.
            while input.opened < 5 { await Task.yield() }
            microphone.close()
        }
        #expect(microphone.state == .closed)
    }

    @Test("Cancelling the task that takes a recording ends it, even if no sound comes")
    func cancel() async {
        let microphone = Microphone(ScriptedInput([]), limits: limits)
        let recording = microphone.startRecording()
        let task = Task { for await _ in recording.events {} }
        task.cancel()
        await task.value
        microphone.close()
    }

    @Test("A source without a clock of its own is slowed to real time")
    func pace() async {
        var lead = limits
        lead.lead = .milliseconds(40)
        let clock = ContinuousClock()
        let started = clock.now
        let microphone = Microphone(
            ScriptedInput([.works(Array(repeating: .sound, count: 10))]), limits: lead)
        let recording = microphone.startRecording()
        var count = 0
        for await event in recording.events {
            if case .sound(let samples, _) = event { count += samples.count }
            if count >= 9 * 320 { recording.stop() }
        }
        // The first of nine stretches of 20 ms comes at once, as if it had been heard before, and the lead is spent twice 20 ms
        // later: the ninth cannot have come before 180 − 40 − 40 ms had passed.
        #expect(clock.now - started >= .milliseconds(100))
        microphone.close()
    }
}
