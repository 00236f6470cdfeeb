/// What a text means, as a sentence encoder tells it: a byte for each of its numbers, of which only the direction counts.
package struct PassageVector: Sendable, Hashable {
    /// Two's complement; 127 stands for the largest number.
    package let bytes: [UInt8]
    private let length: Double

    package init(bytes: [UInt8]) {
        self.bytes = bytes
        length = Double(Self.product(bytes, bytes)).squareRoot()
    }

    package init(_ numbers: [Float]) {
        let most = numbers.reduce(0) { max($0, abs($1)) }
        let scale = most > 0 && numbers.allSatisfy(\.isFinite) ? 127 / most : 0
        // What no number can be made of is like nothing.
        self.init(bytes: numbers.map { scale > 0 ? UInt8(bitPattern: Int8(($0 * scale).rounded())) : 0 })
    }

    /// The cosine of the angle between the two, -1 … 1; 0 where they are not of one kind.
    package func likeness(to other: PassageVector) -> Double {
        guard bytes.count == other.bytes.count, length > 0, other.length > 0 else { return 0 }
        return Double(Self.product(bytes, other.bytes)) / (length * other.length)
    }

    private static func product(_ one: [UInt8], _ other: [UInt8]) -> Int32 {
        var sum: Int32 = 0
        for place in one.indices {
            sum &+= Int32(Int8(bitPattern: one[place])) &* Int32(Int8(bitPattern: other[place]))
        }
        return sum
    }
}

/// Vectors of passages, kept beside the words of an index. Those of one encoder are kept at a time: what another makes stands
/// for nothing that it could be compared with.
package protocol PassageVectors: Sendable {
    /// Those that are kept of these passages, by the passages' numbers.
    ///
    /// - Parameter encoder: tells one encoder from another, whatever they are called.
    func vectors(of passages: [Passage], by encoder: String) async throws -> [Int64: PassageVector]

    /// Keeps vectors of passages that still stand as they are given, and forgets those of every other encoder.
    func keep(_ vectors: [(passage: Passage, vector: PassageVector)], by encoder: String) async throws

    /// How many passages have no vector.
    ///
    /// - Parameter collection: the name of the one to look in; `nil` for all.
    func count(withoutVectorBy encoder: String, in collection: String?) async throws -> Int

    /// Passages without a vector, in their order.
    ///
    /// - Parameters:
    ///   - after: the number that they are behind.
    ///   - collection: the name of the one to look in; `nil` for all.
    func passages(
        withoutVectorBy encoder: String, after: Int64, limit: Int, in collection: String?
    ) async throws -> [Passage]

    /// The passages whose vectors are nearest to one, the nearest first; none where there are too many to look at.
    func nearest(
        to vector: PassageVector, by encoder: String, limit: Int, in collection: String?
    ) async throws -> [Passage]
}
