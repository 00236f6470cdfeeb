/// Finds what a cache must forget so that a prompt whose oldest turns were cut continues it.
enum ContextShift {
    /// Fewer tokens than this are computed anew rather than moved.
    static let shortestRun = 16

    /// The tokens of `cache` between its common beginning with `prompt` and the longest run that goes on with it.
    ///
    /// `nil` where the cache already continues, or nothing worth moving follows. Pure.
    static func gap(in cache: [Int32], for prompt: [Int32], after common: Int) -> Range<Int>? {
        guard common < cache.count, common < prompt.count else { return nil }
        var best: (start: Int, length: Int) = (common, shortestRun - 1)
        var start = common + 1
        while start + best.length < cache.count {
            if cache[start] == prompt[common] {
                let length = zip(cache[start...], prompt[common...]).prefix { $0 == $1 }.count
                if length > best.length { best = (start, length) }
            }
            start += 1
        }
        return best.start > common ? common..<best.start : nil
    }
}
