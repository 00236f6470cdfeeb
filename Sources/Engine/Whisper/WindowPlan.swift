/// Cuts a recording into windows for the encoder, in frames of 10 ms. Pure.
///
/// A window begins shortly before speech and ends shortly after it: in the longest pause of what the encoder takes, or where
/// nobody has spoken for long. It holds as much as it can, since what is said before and after a word tells the model which
/// it was: in windows of a sentence each, twice as many words are wrong.
struct WindowPlan: Sendable {
    struct Window: Sendable, Hashable {
        var frames: Range<Int>
        /// No sound to come can change it.
        var isClosed: Bool
        /// It was cut where the encoder ends, in the middle of speech: what follows its last whole segment is to be heard
        /// again.
        var isCutInSpeech: Bool
    }

    /// Frames that the encoder takes.
    let longest: Int

    /// What is kept before and after speech: 100 ms, and a little more at the end, where voices fade.
    static let before = 10
    static let after = 14
    /// So long a pause ends every window, in frames: silence costs as much as speech.
    private static let longPause = 1_000
    /// A pause that ends a window which holds little, so that the next one need not begin in the midst of speech.
    private static let clearPause = 80

    /// The next window.
    /// - Parameters:
    ///   - speech: runs of speech in the recording so far.
    ///   - start: where the last window ended.
    ///   - available: frames of the recording so far.
    ///   - isComplete: no sound will follow.
    /// - Returns: `nil` when there is no speech from `start` on.
    func next(speech: [Range<Int>], from start: Int, available: Int, isComplete: Bool) -> Window? {
        let runs = speech.filter { $0.upperBound > start }.map { max($0.lowerBound, start)..<$0.upperBound }
        guard let first = runs.first else { return nil }
        let begin = max(start, first.lowerBound - Self.before)
        var end = first.upperBound
        for run in runs {
            if run.upperBound - begin > longest { return overlong(runs, begin: begin) }
            if run.lowerBound - end >= Self.longPause { break }
            end = run.upperBound
        }
        // The run after the cut, or the silence so far, shows whether the window can still grow.
        let following = runs.first { $0.lowerBound >= end }?.lowerBound ?? available
        let isClosed = isComplete || following - end >= Self.longPause
        let limit = min(following, available, begin + longest)
        return Window(frames: begin..<max(end, min(end + Self.after, limit)), isClosed: isClosed, isCutInSpeech: false)
    }

    /// Speech goes on beyond the encoder's end: the longest pause in the last quarter of what fits, else the last clear one
    /// before, else the end itself.
    private func overlong(_ runs: [Range<Int>], begin: Int) -> Window {
        let limit = begin + longest
        let pauses = zip(runs, runs.dropFirst())
            .map { (end: $0.upperBound, length: $1.lowerBound - $0.upperBound) }
            .prefix { $0.end + Self.after <= limit }
        let late = pauses.filter { $0.end - begin >= longest * 3 / 4 }
        let longestLate = late.reversed().max { $0.length < $1.length }
        guard let best = longestLate ?? pauses.last(where: { $0.length >= Self.clearPause }) else {
            return Window(frames: begin..<limit, isClosed: true, isCutInSpeech: true)
        }
        let end = best.end + min(Self.after, best.length)
        return Window(frames: begin..<end, isClosed: true, isCutInSpeech: false)
    }
}
