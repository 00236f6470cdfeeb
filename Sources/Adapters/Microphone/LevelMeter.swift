internal import AssistantCore
internal import Foundation

/// Follows level and noise floor of a stream of short stretches. Pure.
struct LevelMeter: Sendable {
    /// Stretches, of 20 ms each or so, that level and peak are taken over.
    private static let stretches = 5
    /// The noise floor is the quietest of so many levels…
    private static let memory = 40
    /// …of this length, in seconds.
    private static let step: Float = 0.1
    /// It is known after so many.
    private static let settled = 5
    /// Speech rises this far over the noise floor, in dB…
    private static let rise: Float = 9
    /// …or, while there is none, over this level.
    private static let loud: Float = -45
    /// Nothing below this is speech.
    private static let quiet: Float = -60
    /// A voice is held to go on for this long after its last loud stretch, in seconds.
    private static let hold: Float = 0.25

    private var recent: [SoundConverter.Measure] = []
    private var floors: [Float] = []
    private var step = SoundConverter.Measure()
    private var sinceSpeech = Float.infinity

    /// Takes the next stretch.
    /// - Parameter rateHz: of the samples that were measured.
    mutating func take(_ measure: SoundConverter.Measure, rateHz: Int) -> SoundLevel {
        recent.append(measure)
        if recent.count > Self.stretches { recent.removeFirst() }
        let seconds = Float(measure.count) / Float(rateHz)
        follow(measure, rateHz: rateHz)
        var sum = SoundConverter.Measure()
        for measure in recent { sum.add(measure) }
        let floor = floors.count >= Self.settled ? floors.min() : nil
        let rms = sum.powerDecibels
        let threshold = max(Self.quiet, floor.map { $0 + Self.rise } ?? Self.loud)
        sinceSpeech = rms > threshold ? 0 : sinceSpeech + seconds
        return SoundLevel(
            rmsDecibels: rms, peakDecibels: sum.peakDecibels, noiseFloorDecibels: floor, isClipping: sum.clipped > 1,
            isSpeech: sinceSpeech < Self.hold)
    }

    private mutating func follow(_ measure: SoundConverter.Measure, rateHz: Int) {
        step.add(measure)
        guard Float(step.count) >= Self.step * Float(rateHz) else { return }
        floors.append(step.powerDecibels)
        if floors.count > Self.memory { floors.removeFirst() }
        step = SoundConverter.Measure()
    }
}

extension SoundConverter.Measure {
    mutating func add(_ other: Self) {
        energy += other.energy
        count += other.count
        peak = max(peak, other.peak)
        clipped += other.clipped
    }

    /// Mean power in dBFS; a full-scale sine has −3.
    var powerDecibels: Float { Self.decibels(count == 0 ? 0 : energy / Float(count)) }
    var peakDecibels: Float { Self.decibels(peak * peak) }

    private static func decibels(_ power: Float) -> Float {
        max(SoundLevel.silenceDecibels, 10 * log10(max(power, 1e-12)))
    }
}
