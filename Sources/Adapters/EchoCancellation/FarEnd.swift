internal import AssistantCore

/// The last seconds of what is heard of a ``PlayedSound``, at 16 kHz, by their places: samples from the making of it.
struct FarEnd {
    static let rateHz = 16_000
    /// Samples that are kept: four seconds. A device takes sound a quarter of a second before it is heard.
    private static let capacity = 1 << 16
    /// A device's word of its delay moves by so many samples without meaning anything: 30 ms.
    private static let jitter = 480

    private let origin = ContinuousClock.now
    private var ring = [Float](repeating: 0, count: FarEnd.capacity)
    /// The place behind the last sample that was or will be heard.
    private(set) var end = 0
    /// As it begins a stream, and on its way through one; for the rate of the last sound.
    private var resampler: (rateHz: Int, fresh: Resampler, used: Resampler)?
    /// Where the first sample since the last jump stands, and how many came in and went out since.
    private var first: Int?
    private var taken = 0
    private var given = 0

    /// The place of the sample that is heard at a moment.
    func place(of moment: ContinuousClock.Instant) -> Int {
        Int(((moment - origin) / .seconds(1) * Double(Self.rateHz)).rounded())
    }

    /// Samples of some places; silence where there are none.
    func samples(_ places: Range<Int>) -> [Float] {
        let known = max(0, end - Self.capacity)..<end
        return places.map { known.contains($0) ? ring[$0 % Self.capacity] : 0 }
    }

    mutating func take(_ event: PlayedSound.Event) {
        switch event {
        case .heard(let samples, let rateHz, let moment): hear(samples, rateHz, place(of: moment))
        case .silence(let moment):
            end = min(end, max(0, place(of: moment)))
            first = nil
        }
    }

    private mutating func hear(_ samples: [Float], _ rateHz: Int, _ place: Int) {
        guard Resampler.supportedRatesHz ~= rateHz else { return }
        if resampler?.rateHz != rateHz {
            let fresh = Resampler(from: rateHz, to: Self.rateHz)
            resampler = (rateHz, fresh, fresh)
            first = nil
        }
        let expected = first.map { $0 + taken * Self.rateHz / rateHz }
        if expected.map({ abs($0 - place) > Self.jitter }) ?? true {
            if let fresh = resampler?.fresh { resampler?.used = fresh }
            (first, taken, given) = (place, 0, 0)
        }
        var converted: [Float] = []
        resampler?.used.resample(samples, into: &converted)
        put(converted, at: (first ?? place) + given)
        taken += samples.count
        given += converted.count
    }

    /// What lies between the last sample and these is silence.
    private mutating func put(_ samples: [Float], at place: Int) {
        guard place >= 0, !samples.isEmpty else { return }
        for gap in max(end, place - Self.capacity)..<max(end, place) { ring[gap % Self.capacity] = 0 }
        for (index, sample) in samples.enumerated() { ring[(place + index) % Self.capacity] = sample }
        end = max(end, place + samples.count)
    }
}
