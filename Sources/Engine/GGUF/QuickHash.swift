/// A 64-bit hash of bytes, eight at a time, by multiplying and folding. Stable over machines and versions; not
/// cryptographic.
struct QuickHash {
    private(set) var value: UInt64

    init(seed: UInt64) {
        value = seed ^ 0x9E37_79B9_7F4A_7C15
    }

    mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        let words = bytes.count / 8
        for index in 0..<words {
            combine(unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
        }
        var tail = UInt64(bytes.count) << 56
        for index in (words * 8)..<bytes.count {
            unsafe tail ^= UInt64(bytes[index]) << UInt64((index % 8) * 8)
        }
        combine(tail)
    }

    private mutating func combine(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        value = product.high ^ product.low &+ 0x9E37_79B9_7F4A_7C15
    }
}
