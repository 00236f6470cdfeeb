internal import Glibc

/// Byte strings numbered from 0 in the order they came, and the way back from a string to its number.
///
/// All bytes lie in one array; the hash table holds numbers only. Hashes are seeded anew for every table, so that no file
/// can be made to collide.
struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    /// Open addressing with linear probing, at most two thirds full. The lower bits are a string's number, counted from 1,
    /// the upper ones are of its hash: most other strings are told apart without a look at their bytes. 0 is empty.
    private var slots: [UInt32]
    private let hash = SeededHash()

    private static let numberMask: UInt32 = (1 << 21) - 1
    /// Most strings that it can number.
    static let limit = 1 << 20

    /// Makes room for exactly `capacity` ≤ ``limit`` strings of `byteCount` bytes together.
    init(capacity: Int, byteCount: Int) {
        bytes.reserveCapacity(byteCount)
        ends.reserveCapacity(capacity)
        slots = [UInt32](repeating: 0, count: powerOfTwo(atLeast: capacity + capacity / 2 + 2))
    }

    var count: Int { ends.count }

    /// Adds a string under the next number; `false`, and nothing added, where it is there already.
    mutating func append(_ string: Span<UInt8>) -> Bool {
        precondition(3 * (count + 1) <= 2 * slots.count && count < Self.limit)
        let place = place(of: string)
        guard slots[place.slot] == 0 else { return false }
        slots[place.slot] = place.tag | UInt32(count + 1)
        unsafe string.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        ends.append(UInt32(bytes.count))
        return true
    }

    /// The number of `string`; `nil` where it was never added.
    func number(of string: Span<UInt8>) -> Int32? {
        let found = slots[place(of: string).slot]
        return found == 0 ? nil : Self.number(found)
    }

    /// Whether string `number`, which must be there, is `left` with `right` behind it.
    func isString(_ number: Int, _ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        let range = range(of: number)
        return range.count == left.count + right.count && areEqual(range.lowerBound, left)
            && areEqual(range.lowerBound + left.count, right)
    }

    /// Calls `body` with string `number`, which must be there.
    func withString<R>(_ number: Int, _ body: (Span<UInt8>) -> R) -> R {
        body(bytes.span.extracting(range(of: number)))
    }

    private func range(of number: Int) -> Range<Int> {
        (number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])
    }

    private static func number(_ slot: UInt32) -> Int32 { Int32(slot & numberMask) - 1 }

    /// Where `string` is, or where it would go, and what its slot holds above the number.
    private func place(of string: Span<UInt8>) -> (slot: Int, tag: UInt32) {
        let hash = hash.value(of: string)
        let tag = UInt32(truncatingIfNeeded: hash >> 32) & ~Self.numberMask
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while true {
            let found = slots[slot]
            if found == 0 || (found ^ tag) & ~Self.numberMask == 0 && isEqual(Int(Self.number(found)), string) {
                return (slot, tag)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private func isEqual(_ number: Int, _ string: Span<UInt8>) -> Bool {
        let range = range(of: number)
        return range.count == string.count && areEqual(range.lowerBound, string)
    }

    /// Whether the bytes from `start` on, which must be as many, are those of `string`.
    private func areEqual(_ start: Int, _ string: Span<UInt8>) -> Bool {
        unsafe bytes.span.extracting(start..<start + string.count).withUnsafeBytes { own in
            unsafe string.withUnsafeBytes { string in
                guard let own = own.baseAddress, let other = string.baseAddress else { return true }
                return unsafe memcmp(own, other, string.count) == 0
            }
        }
    }
}

/// A hash of byte strings with a seed of its own: quick, and without a value in one process that would tell of another.
///
/// Words of eight bytes are folded by a product of 128 bits, whose halves are added without carry (as in wyhash).
private struct SeededHash: Sendable {
    private let seed = UInt64.random(in: .min ... .max)
    private let factor = UInt64.random(in: .min ... .max) | 1

    func value(of string: Span<UInt8>) -> UInt64 {
        unsafe string.withUnsafeBytes { bytes in
            func word(_ offset: Int) -> UInt64 {
                unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            }
            func half(_ offset: Int) -> UInt64 {
                UInt64(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            let count = bytes.count
            var hash = seed ^ UInt64(count)
            // The last word overlaps the one before it, so that no byte is taken alone.
            if count >= 8 {
                for offset in stride(from: 0, to: count - 8, by: 8) { hash = fold(hash ^ word(offset)) }
                hash = fold(hash ^ word(count - 8))
            } else if count >= 4 {
                hash = fold(hash ^ (half(0) | half(count - 4) << 32))
            } else if count > 0 {
                let (first, middle, last) = unsafe (bytes[0], bytes[count / 2], bytes[count - 1])
                hash = fold(hash ^ (UInt64(first) | UInt64(middle) << 8 | UInt64(last) << 16))
            }
            return fold(hash)
        }
    }

    private func fold(_ value: UInt64) -> UInt64 {
        let product = (value ^ seed).multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}

/// The smallest power of two that is not smaller than `count` ≥ 1.
func powerOfTwo(atLeast count: Int) -> Int {
    1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
}
