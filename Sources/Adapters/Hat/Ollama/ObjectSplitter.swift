/// Cuts a stream of bytes into JSON objects: hailo-ollama sends one a line, and from 5.3 on puts newlines and other
/// control characters into strings as they are, so that a line need not be an object.
struct ObjectSplitter {
    /// What is no object, or too long for one.
    struct Fault: Error, Hashable {}

    /// No line of a reply comes near this.
    static let maxObjectBytes = 1 << 18

    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Whether the stream ended inside an object.
    var isInside: Bool { depth > 0 }

    /// The objects that became complete, with control characters in strings escaped.
    mutating func handle(_ bytes: some Sequence<UInt8>) throws(Fault) -> [[UInt8]] {
        var complete: [[UInt8]] = []
        for byte in bytes {
            if isInString { takeInString(byte) } else { try take(byte, &complete) }
            guard object.count <= Self.maxObjectBytes else { throw Fault() }
        }
        return complete
    }

    private mutating func take(_ byte: UInt8, _ complete: inout [[UInt8]]) throws(Fault) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: " "), UInt8(ascii: "\t"): return
        default: break
        }
        // Between two objects there is nothing but white space.
        guard depth > 0 || !object.isEmpty, object.isEmpty ? byte == UInt8(ascii: "{") : depth >= 0 else {
            throw Fault()
        }
        object.append(byte)
        guard depth == 0 else { return }
        complete.append(object)
        object.removeAll(keepingCapacity: true)
    }

    private mutating func takeInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
            // A backslash that escapes nothing was meant as one.
            if !Self.escapes.contains(byte) { object.append(UInt8(ascii: "\\")) }
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
        if byte < 0x20 { return object.append(contentsOf: Self.escape(byte)) }
        object.append(byte)
    }

    private static let escapes = Set("\"\\/bfnrtu".utf8)

    private static func escape(_ control: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return Array("\\u00".utf8) + [digits[Int(control >> 4)], digits[Int(control & 15)]]
    }
}
