/// Sets of characters as ranges of their numbers.
enum ScalarRanges {
    static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF
    static let all: [ClosedRange<UInt32>] = [0...0xD7FF, 0xE000...0x10FFFF]

    /// The same set, sorted, without overlaps, neighbours joined, and without the surrogates, which are no characters.
    static func normalised(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged.flatMap { without(surrogates, $0) }
    }

    /// All characters that are not in a normalised set.
    static func inverted(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var rest: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { rest.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { rest.append(next...0x10FFFF) }
        return normalised(rest)
    }

    private static func without(
        _ hole: ClosedRange<UInt32>, _ range: ClosedRange<UInt32>
    ) -> [ClosedRange<UInt32>] {
        guard range.overlaps(hole) else { return [range] }
        return (range.lowerBound < hole.lowerBound ? [range.lowerBound...hole.lowerBound - 1] : [])
            + (range.upperBound > hole.upperBound ? [hole.upperBound + 1...range.upperBound] : [])
    }
}
