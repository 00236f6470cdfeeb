/// Bytes in as they come, text out as soon as it is whole.
///
/// A character split over tokens is held back until its last byte is there; what can never become one turns into
/// U+FFFD. However the bytes are cut, the texts together are what `String(decoding:as:)` makes of all of them.
public struct UTF8Stream: Sendable {
    private var held: [UInt8] = []

    /// Makes a stream that has taken nothing yet.
    public init() {}

    /// Whether part of a character is waiting for the rest.
    public var isHolding: Bool { !held.isEmpty }

    /// The text that became complete with `bytes`; may be empty.
    public mutating func append(_ bytes: some Sequence<UInt8>) -> String {
        held += bytes
        let complete = held.count - Self.incompleteTail(of: held)
        defer { held.removeFirst(complete) }
        return String(decoding: held[..<complete], as: UTF8.self)
    }

    /// What is left at the end: U+FFFD for an incomplete character, or nothing.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that more bytes could complete: 0 to 3.
    private static func incompleteTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let lead = bytes[bytes.count - length]
            if lead & 0xC0 == 0x80 { continue }
            guard length < width(of: lead) else { return 0 }
            // The second byte decides whether over-long forms, surrogates or numbers beyond Unicode are ruled out.
            return length == 1 || isPossible(lead, bytes[bytes.count - length + 1]) ? length : 0
        }
        return 0
    }

    /// Bytes in the character that `lead` begins; 1 where it begins none.
    private static func width(of lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    private static func isPossible(_ lead: UInt8, _ second: UInt8) -> Bool {
        switch lead {
        case 0xE0: second >= 0xA0
        case 0xED: second < 0xA0
        case 0xF0: second >= 0x90
        case 0xF4: second < 0x90
        default: true
        }
    }
}
