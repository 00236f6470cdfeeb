import AssistantCore
import Testing

@testable import Microphone

/// The ring of sound, and the recordings that are taken from it.
@Suite("Capture hub") struct CaptureHubTests {
    private func hub(capacity: Int = 100, preRoll: Int = 10) -> CaptureHub {
        let hub = CaptureHub(capacity: capacity, preRoll: preRoll)
        hub.opened("test")
        return hub
    }

    private func sound(_ range: Range<Int>) -> [Float] { range.map(Float.init) }

    /// All that a recording gets now.
    private func events(_ hub: CaptureHub, _ number: Int) -> [AudioEvent] {
        var events: [AudioEvent] = []
        while case .event(let event) = hub.next(number) { events.append(event) }
        return events
    }

    @Test("A recording begins with the pre-roll and ends where it was stopped")
    func preRoll() {
        let hub = hub()
        hub.put(sound(0..<50), .silence)
        let number = hub.beginRecording()
        #expect(events(hub, number) == [.sound(sound(40..<50), .silence)])
        hub.put(sound(50..<60), .silence)
        hub.endRecording(number)
        hub.put(sound(60..<70), .silence)
        #expect(events(hub, number) == [.sound(sound(50..<60), .silence)])
        guard case .end = hub.next(number) else {
            Issue.record("the recording goes on")
            return
        }
    }

    @Test("There is no more pre-roll than there was sound")
    func shortPreRoll() {
        let hub = hub()
        hub.put(sound(0..<3), .silence)
        #expect(events(hub, hub.beginRecording()) == [.sound(sound(0..<3), .silence)])
    }

    @Test("Who takes the sound too late loses the oldest, and is told how much")
    func overflow() {
        let hub = hub()
        let number = hub.beginRecording()
        hub.put(sound(0..<90), .silence)
        hub.put(sound(90..<130), .silence)
        #expect(events(hub, number) == [.lost(samples: 30), .sound(sound(30..<130), .silence)])
    }

    @Test("What happens to the device stands between the sounds where it happened")
    func order() {
        let hub = hub()
        let number = hub.beginRecording()
        hub.put(sound(0..<5), .silence)
        hub.overran()
        hub.overran()
        hub.put(sound(5..<9), .silence)
        hub.interrupted("pulled out")
        hub.interrupted("pulled out")
        hub.opened("test")
        hub.put(sound(9..<10), .silence)
        #expect(
            events(hub, number) == [
                .sound(sound(0..<5), .silence), .overrun(total: 2), .sound(sound(5..<9), .silence),
                .interrupted("pulled out"), .resumed, .sound(sound(9..<10), .silence),
            ])
    }

    @Test("A recording that begins while the device is away is told so, and gets no sound from before")
    func away() {
        let hub = hub()
        hub.put(sound(0..<50), .silence)
        hub.interrupted("pulled out")
        let number = hub.beginRecording()
        #expect(events(hub, number) == [.interrupted("pulled out")])
        hub.opened("test")
        hub.put(sound(50..<51), .silence)
        #expect(events(hub, number) == [.resumed, .sound([50], .silence)])
    }

    @Test("Behind a closed gate time goes on in silence, and the level says nothing")
    func muted() {
        let hub = hub()
        let number = hub.beginRecording()
        let loud = SoundLevel(rmsDecibels: -10, peakDecibels: -3)
        hub.setMuted(true)
        hub.put([1, 2, 3], loud)
        #expect(events(hub, number) == [.sound([0, 0, 0], .silence)])
        hub.setMuted(false)
        hub.put([4], loud)
        #expect(events(hub, number) == [.sound([4], loud)])
    }

    @Test("A new recording ends the one before, and the end of the device ends both")
    func oneAtATime() {
        let hub = hub()
        let first = hub.beginRecording()
        let second = hub.beginRecording()
        hub.put([1], .silence)
        #expect(events(hub, first) == [])
        #expect(events(hub, second) == [.sound([1], .silence)])
        hub.closed()
        for number in [first, second, hub.beginRecording()] {
            guard case .end = hub.next(number) else {
                Issue.record("recording \(number) goes on")
                return
            }
        }
    }

    @Test("Trouble without end fills no memory")
    func bounded() {
        let hub = hub()
        let number = hub.beginRecording()
        for index in 0..<10_000 { hub.interrupted("reason \(index)") }
        #expect(events(hub, number).count <= 64)
    }
}
