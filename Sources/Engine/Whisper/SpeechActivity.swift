internal import Glibc

/// Where in a recording somebody speaks, judged by energy over an adaptive noise floor. Pure, fed in chunks.
///
/// Levels are taken every 10 ms after a first difference, which takes away rumble and lifts consonants. What is far below
/// the loudest level is silence, as is what stays near a steady noise floor deep enough below it. In doubt sound counts as
/// speech: a lost syllable costs more than a little work.
struct SpeechActivity: Sendable {
    /// Samples per level: 10 ms at 16 kHz, which is also Whisper's hop.
    static let frameLength = 160

    /// Nothing below this is speech, in dB of full scale: a closed microphone, dither, digital silence.
    static let silenceDecibels: Float = -72
    /// Speech rises this far over a steady noise floor, in dB…
    private static let rise: Float = 7
    /// …and what lies so close below the loudest level may be a soft consonant, whatever the floor is.
    private static let softest: Float = 26
    /// Without a steady floor, speech may be this soft.
    private static let range: Float = 42
    /// A floor is steady when the quietest fifth of all frames differs by less than this.
    private static let spread: Float = 3
    /// Silences shorter than this belong to the words around them.
    private static let shortestPause = 30
    /// Sounds shorter than this are clicks.
    private static let shortestSound = 5

    /// Level of each whole frame from ``firstFrame`` on in dB of full scale, smoothed over three frames.
    private(set) var levels: [Float] = []
    /// Frames before this one were forgotten.
    private(set) var firstFrame = 0
    /// Of the last three frames at most.
    private var powers: [Float] = []
    private var partial: Float = 0
    private var partialCount = 0
    private var previous: Float = 0

    init() {}

    init(_ samples: [Float]) { append(samples) }

    /// Takes the next samples, 16 kHz mono. A last frame that is not whole is not judged yet.
    mutating func append(_ samples: [Float]) {
        for sample in samples {
            let difference = sample - 0.95 * previous
            previous = sample
            partial += difference * difference
            partialCount += 1
            if partialCount == Self.frameLength { finishFrame() }
        }
    }

    /// Frames so far.
    var frameCount: Int { firstFrame + levels.count }

    /// Gives the memory of earlier frames back: they are no longer judged, nor a measure of the others.
    mutating func forget(before frame: Int) {
        let count = min(frame, frameCount) - firstFrame
        guard count > 0 else { return }
        levels.removeFirst(count)
        firstFrame += count
    }

    private mutating func finishFrame() {
        if powers.count == 3 { powers.removeFirst() }
        powers.append(partial / Float(Self.frameLength))
        (partial, partialCount) = (0, 0)
        let mean = powers.reduce(0, +) / Float(powers.count)
        levels.append(10 * log10(max(mean, 1e-12)))
    }
}

extension SpeechActivity {
    /// What the recording so far shows.
    struct Verdict: Sendable, Hashable {
        /// Runs of speech in frames, ascending; the pauses between them last 300 ms or more.
        var speech: [Range<Int>] = []
        /// Level that the noise keeps to; `nil` where the recording has no steady floor.
        var noiseFloorDecibels: Float?
        var peakDecibels: Float = -120
        /// The level hardly moves: a fan, hiss or hum, and hardly ever words.
        var isSteady = false

        /// From the first speech to the last, `nil` without any.
        var extent: Range<Int>? {
            guard let first = speech.first, let last = speech.last else { return nil }
            return first.lowerBound..<last.upperBound
        }
    }

    /// Judges all frames so far.
    func verdict() -> Verdict {
        var verdict = Verdict()
        guard let peak = levels.max(), peak > Self.silenceDecibels else { return verdict }
        verdict.peakDecibels = peak
        let sorted = levels.sorted()
        let level = { (percent: Int) in sorted[(sorted.count - 1) * percent / 100] }
        verdict.isSteady = levels.count >= 50 && level(95) - level(10) < Self.rise
        var threshold = peak - Self.range
        if sorted.count >= 25, level(25) - level(5) < Self.spread {
            verdict.noiseFloorDecibels = level(15)
            threshold = max(threshold, min(level(15) + Self.rise, peak - Self.softest))
        }
        verdict.speech = runs(above: max(threshold, Self.silenceDecibels))
        return verdict
    }

    /// Runs of frames above a level: short dips are bridged, then clicks are dropped.
    private func runs(above floor: Float) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, level) in levels.enumerated() where level > floor {
            let frame = firstFrame + index
            if let last = runs.last, frame - last.upperBound < Self.shortestPause {
                runs[runs.count - 1] = last.lowerBound..<frame + 1
            } else {
                runs.append(frame..<frame + 1)
            }
        }
        return runs.filter { $0.count >= Self.shortestSound }
    }
}
