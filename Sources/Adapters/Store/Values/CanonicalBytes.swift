internal import Crypto
internal import Foundation

/// An unambiguous encoding of a sequence of fields, for hashing and signing.
///
/// Each field is one tag byte and its content: `0` absent; `1` an integer, 8 bytes, two's complement, big-endian;
/// `2` UTF-8 text and `3` bytes, each after its length in bytes (8 bytes, big-endian); `4` a double, the 8 bytes of its
/// IEEE 754 bit pattern, big-endian. No two different sequences of fields have the same encoding.
struct CanonicalBytes {
    private(set) var data: Data

    /// `domain` keeps encodings made for one purpose from being taken for another's.
    init(domain: String) {
        data = Data()
        append(domain)
    }

    mutating func append(_ value: Int64?) {
        guard let value else { return data.append(0) }
        data.append(1)
        appendBigEndian(UInt64(bitPattern: value))
    }

    mutating func append(_ text: String?) {
        guard let text else { return data.append(0) }
        data.append(2)
        let bytes = Array(text.utf8)
        appendBigEndian(UInt64(bytes.count))
        data.append(contentsOf: bytes)
    }

    mutating func append(_ bytes: Data?) {
        guard let bytes else { return data.append(0) }
        data.append(3)
        appendBigEndian(UInt64(bytes.count))
        data.append(bytes)
    }

    mutating func append(_ value: Double) {
        data.append(4)
        appendBigEndian(value.bitPattern)
    }

    var sha256: Data { Data(SHA256.hash(data: data)) }

    private mutating func appendBigEndian(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            data.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
