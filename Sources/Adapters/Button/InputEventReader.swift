internal import AssistantCore

/// The byte stream of a Linux input device to presses and releases of a talk key. Pure.
///
/// A record is a `struct input_event` of `linux/input.h` on a 64-bit machine: 16 bytes of time, then type (u16), code (u16)
/// and value (s32) in the machine's byte order, which is little-endian on all that Brim runs on.
struct InputEventReader: Sendable {
    /// The key to listen to (`KEY_…` of `linux/input-event-codes.h`); `nil` takes every key.
    let code: UInt16?
    private var rest: [UInt8] = []
    /// Keys that are held down.
    private var held: Set<UInt16> = []

    private static let recordLength = 24
    private enum Kind {
        static let synchronisation: UInt16 = 0
        static let key: UInt16 = 1
    }
    /// The kernel dropped events: what is held is unknown.
    private static let dropped: UInt16 = 3

    init(code: UInt16? = nil) { self.code = code }

    /// Takes the next bytes, cut anywhere.
    mutating func read(_ bytes: some Collection<UInt8>) -> [TalkKey] {
        rest.append(contentsOf: bytes)
        var keys: [TalkKey] = []
        var start = 0
        while rest.count - start >= Self.recordLength {
            keys += take(rest[start..<start + Self.recordLength])
            start += Self.recordLength
        }
        rest.removeFirst(start)
        return keys
    }

    /// The stream broke off: no key is held any more.
    mutating func reset() -> [TalkKey] {
        rest = []
        return releaseAll()
    }

    private mutating func releaseAll() -> [TalkKey] {
        defer { held = [] }
        return held.isEmpty ? [] : [.release]
    }

    private mutating func take(_ record: ArraySlice<UInt8>) -> [TalkKey] {
        func number(_ offset: Int) -> UInt16 {
            UInt16(record[record.startIndex + offset]) | UInt16(record[record.startIndex + offset + 1]) << 8
        }
        let (type, code, value) = (number(16), number(18), number(20))
        if type == Kind.synchronisation, code == Self.dropped { return releaseAll() }
        guard type == Kind.key, self.code == nil || self.code == code else { return [] }
        switch value {
        case 1: return held.insert(code).inserted && held.count == 1 ? [.press(isReleaseReported: true)] : []
        case 0: return held.remove(code) != nil && held.isEmpty ? [.release] : []
        default: return []  // the kernel repeats a key that is held
        }
    }
}
