import Testing

@testable import LocalInference

@Suite("Context shift")
struct ContextShiftTests {
    private let system: [Int32] = Array(1...20)
    private let dropped: [Int32] = Array(100...140)
    private let kept: [Int32] = Array(200...240)
    private let new: [Int32] = Array(300...310)

    @Test("the gap is what lies between the common beginning and the turns that stay")
    func gap() {
        let gap = ContextShift.gap(in: system + dropped + kept, for: system + kept + new, after: 20)
        #expect(gap == 20..<61)
        #expect(ContextShift.gap(in: dropped + kept, for: kept + new, after: 0) == 0..<41)
    }

    @Test("there is no gap where the cache continues, is unrelated, or has little to keep")
    func none() {
        #expect(ContextShift.gap(in: system, for: system + new, after: 20) == nil)
        #expect(ContextShift.gap(in: system + dropped, for: system + kept, after: 20) == nil)
        #expect(ContextShift.gap(in: system + dropped + kept.prefix(15), for: system + kept, after: 20) == nil)
        #expect(ContextShift.gap(in: system + dropped + kept.prefix(16), for: system + kept, after: 20) == 20..<61)
        #expect(ContextShift.gap(in: [], for: kept, after: 0) == nil)
        #expect(ContextShift.gap(in: kept, for: [], after: 0) == nil)
    }

    @Test("of several runs the longest is kept, the first of equals")
    func longest() {
        let cache = system + dropped + kept.prefix(20) + dropped + kept
        #expect(ContextShift.gap(in: cache, for: system + kept, after: 20) == 20..<122)
        let same = [Int32](repeating: 7, count: 60)
        #expect(ContextShift.gap(in: [1] + same, for: same, after: 0) == 0..<1)
    }
}
