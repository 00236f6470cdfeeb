internal import Kernels

/// A place in a protobuf message: hands out one field after the other. Nothing is read twice, nothing beyond `end`.
struct ProtobufCursor {
    /// What a field holds.
    enum Value {
        case number(UInt64)
        case float(Float)
        /// Where its bytes lie in the file: text, bytes, a message or packed numbers.
        case bytes(Range<Int>)
    }

    private let file: InputFile
    private var position: Int
    private let end: Int

    init(_ file: InputFile, _ range: Range<Int>) {
        self.file = file
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field with its number; `nil` at the end.
    mutating func next() throws(VITSError) -> (field: Int, value: Value)? {
        guard position < end else { return nil }
        let key = try varint()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw malformed("no field has the number \(key >> 3)") }
        let field = Int(key >> 3)
        switch key & 7 {
        case 0: return (field, .number(try varint()))
        case 1:
            _ = try take(8)
            return (field, .number(0))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else { throw malformed("a field of \(length) bytes does not fit") }
            return (field, .bytes(try take(Int(length))))
        case 5:
            var bits: UInt32 = 0
            for (index, place) in try take(4).enumerated() { bits |= UInt32(try file.byte(at: place)) << (8 * index) }
            return (field, .float(Float(bitPattern: bits)))
        default: throw malformed("a field has the unknown kind \(key & 7)")
        }
    }

    /// Numbers that follow each other to the end.
    mutating func numbers(limit: Int) throws(VITSError) -> [Int] {
        var numbers: [Int] = []
        while position < end {
            guard numbers.count < limit else { throw malformed("a list is too long") }
            numbers.append(Int(truncatingIfNeeded: try varint()))
        }
        return numbers
    }

    private mutating func take(_ count: Int) throws(VITSError) -> Range<Int> {
        guard count <= end - position else { throw malformed("a field is cut off") }
        defer { position += count }
        return position..<position + count
    }

    private mutating func varint() throws(VITSError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard position < end else { throw malformed("a number is cut off") }
            let byte = try file.byte(at: position)
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw malformed("a number is too long")
    }

    private func malformed(_ reason: String) -> VITSError {
        VITSError(.malformed, file.path, "\(reason), at byte \(position)")
    }
}
