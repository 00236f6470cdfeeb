internal import AssistantCore
internal import EchoCancellation

/// Moves sound from an open device into the hub, a block at a time. For the capture thread.
struct CapturePump {
    private let shape: SoundShape
    private let hub: CaptureHub
    private let limits: CaptureThread.RecoveryLimits
    private var converter: SoundConverter
    private var meter = LevelMeter()
    private var bytes: [UInt8] = []

    /// Whether the device has yielded any sound.
    private(set) var hasSound = false
    private var silentReads = 0
    private var overruns = 0
    private let clock = ContinuousClock()
    /// When the first frame of the device came, were it exactly on time.
    private var origin: ContinuousClock.Instant?
    private var frames = 0
    /// Takes out what this program's own loudspeaker plays.
    private let canceller: EchoCanceller?
    /// When the first frame would have come by the block that came soonest: delays of this thread are no property of the
    /// device's clock.
    private var soonest: ContinuousClock.Instant?
    /// The two clocks drift apart by this share of the time at most.
    private static let drift = 0.0002

    init(
        _ shape: SoundShape, hub: CaptureHub, limits: CaptureThread.RecoveryLimits, canceller: EchoCanceller? = nil
    ) {
        (self.shape, self.hub, self.limits, self.canceller) = (shape, hub, limits, canceller)
        converter = SoundConverter(shape)
    }

    /// Reads once.
    /// - Returns: for how long to wait before the next read.
    /// - Throws: what makes it necessary to open the device anew.
    mutating func step(_ input: any PCMInput) throws(MicrophoneError) -> Duration {
        switch input.read(into: &bytes) {
        case .sound:
            (hasSound, silentReads, overruns) = (true, 0, 0)
            return takeSound()
        case .nothing:
            silentReads += 1
            guard silentReads < limits.silentReads else {
                throw MicrophoneError(
                    .silent, "The microphone \(shape.device) yields no sound; unplug it and plug it in again.")
            }
        case .overrun:
            overruns += 1
            hub.overran()
            guard overruns < limits.overruns else {
                throw MicrophoneError(
                    .failed, "The microphone \(shape.device) overruns again and again; it is opened anew.")
            }
        case .failed(let error): throw error
        }
        return .zero
    }

    /// Converts what came, and tells how far it is ahead of time.
    private mutating func takeSound() -> Duration {
        var samples: [Float] = []
        let measure = converter.convert(bytes, into: &samples)
        frames += measure.count
        let length = Duration.seconds(Double(frames) / Double(shape.rateHz))
        if let canceller {
            let block = Duration.seconds(Double(measure.count) / Double(shape.rateHz))
            let latest = clock.now - length
            let first = min(soonest.map { $0 + block * Self.drift } ?? latest, latest)
            soonest = first
            samples = canceller.filter(samples, heardAt: first + length - block)
        }
        hub.put(samples, meter.take(measure, rateHz: shape.rateHz))
        let now = clock.now
        let ahead = (origin ?? now) + length - now
        // A device that fell behind, or stood still while the computer slept, is on time from now on.
        if origin == nil || ahead < .zero { origin = now - length }
        return max(.zero, ahead - limits.lead)
    }
}
