import AssistantCore
import Testing

@testable import Button

/// Bytes of an input device to presses and releases.
@Suite("Input events") struct InputEventReaderTests {
    private let press = TalkKey.press(isReleaseReported: true)

    @Test("A key that goes down and up is a press and a release, its repeats and other events are nothing")
    func pressAndRelease() {
        var reader = InputEventReader()
        let bytes = record(1, 28, 1) + record(0, 0, 0) + record(1, 28, 2) + record(4, 4, 28) + record(1, 28, 0)
        #expect(reader.read(bytes) == [press, .release])
    }

    @Test("Records that are cut anywhere are put together")
    func pieces() {
        var reader = InputEventReader()
        var keys: [TalkKey] = []
        for byte in record(1, 28, 1) + record(1, 28, 0) { keys += reader.read([byte]) }
        #expect(keys == [press, .release])
    }

    @Test("Of two keys the first press and the last release count; with a key named, others are not heard")
    func codes() {
        var every = InputEventReader()
        #expect(every.read(record(1, 1, 1) + record(1, 2, 1) + record(1, 1, 0)) == [press])
        #expect(every.read(record(1, 2, 0)) == [.release])
        var one = InputEventReader(code: 2)
        #expect(one.read(record(1, 1, 1) + record(1, 1, 0) + record(1, 2, 1)) == [press])
    }

    @Test("Where the kernel dropped events, or the stream breaks off, a held key counts as let go of, once")
    func dropped() {
        var reader = InputEventReader()
        #expect(reader.read(record(1, 28, 1) + record(0, 3, 0) + record(1, 28, 0)) == [press, .release])
        #expect(reader.reset() == [])
        #expect(reader.read(record(1, 28, 1)) == [press])
        #expect(reader.reset() == [.release])
    }

    @Test("Any bytes at all come out as presses and releases in turn")
    func hostile() {
        var random = SystemRandomNumberGenerator()
        var reader = InputEventReader()
        let bytes = (0..<24_000).map { _ in UInt8.random(in: 0...2, using: &random) }
        var isHeld = false
        for key in reader.read(bytes) {
            #expect((key == press) != isHeld)
            isHeld.toggle()
        }
    }
}

/// A `struct input_event`.
func record(_ type: UInt16, _ code: UInt16, _ value: Int32) -> [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    return Array(repeating: 0xA5, count: 16) + bytes(type) + bytes(code) + bytes(value)
}
