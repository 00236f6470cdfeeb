/// Cuts a recording into windows for the encoder, in frames of 10 ms. Pure.
///
/// A window begins shortly before speech and ends shortly after it: in a long pause, in a shorter one once there is much
/// to hear already, and at the encoder's end at the latest.
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
    /// A pause ends a window when it lasts this long and the window has this length, both in frames.
    private static let cuts = [(pause: 300, length: 0), (pause: 80, length: 1_000), (pause: 40, length: 1_800)]

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
            if run.lowerBound > end, Self.isCut(pause: run.lowerBound - end, length: end - begin) { break }
            end = run.upperBound
        }
        // The run after the cut, or the silence so far, shows whether the window can still grow.
        let following = runs.first { $0.lowerBound >= end }?.lowerBound ?? available
        let isClosed = isComplete || Self.isCut(pause: following - end, length: end - begin)
        let limit = min(following, available, begin + longest)
        return Window(frames: begin..<max(end, min(end + Self.after, limit)), isClosed: isClosed, isCutInSpeech: false)
    }

    /// Speech goes on beyond the encoder's end: the longest pause in the second half of what fits, or the end itself.
    private func overlong(_ runs: [Range<Int>], begin: Int) -> Window {
        let limit = begin + longest
        var best: (pause: Int, end: Int)?
        for (run, next) in zip(runs, runs.dropFirst()) where run.upperBound + Self.after <= limit {
            let pause = next.lowerBound - run.upperBound
            if run.upperBound - begin >= longest / 2, pause >= (best?.pause ?? 0) { best = (pause, run.upperBound) }
        }
        guard let best else { return Window(frames: begin..<limit, isClosed: true, isCutInSpeech: true) }
        let end = best.end + min(Self.after, best.pause)
        return Window(frames: begin..<end, isClosed: true, isCutInSpeech: false)
    }

    private static func isCut(pause: Int, length: Int) -> Bool {
        cuts.contains { pause >= $0.pause && length >= $0.length }
    }
}
