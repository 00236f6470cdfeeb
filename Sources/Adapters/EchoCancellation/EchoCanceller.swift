internal import CSpeexDSP

/// Takes what the loudspeaker plays out of what the microphone hears, by the adaptive filter of speexdsp. For one thread.
///
/// While nothing is played, and the room is quiet again, sound goes through it untouched and at once. Else it is held back by
/// 16 ms at most.
@safe package final class EchoCanceller {
    private let played: PlayedSound
    private var farEnd = FarEnd()
    private let state: OpaquePointer
    /// What has not filled a frame yet.
    private var waiting: [Float] = []
    /// The place in the played sound that belongs to `waiting`; `nil` while nothing is played.
    private var place: Int?

    /// Samples that are filtered at once: 16 ms.
    private static let frame = 256
    /// How late an echo may be, with all that the clocks are wrong by: a quarter of a second.
    private static let tail = 4_096
    /// The played sound is taken so many samples early, since an echo that seems to come before its sound cannot be filtered:
    /// 50 ms.
    private static let lead = 800
    /// Clocks that disagree by more are set anew: 20 ms.
    private static let jitter = 320

    /// - Returns: `nil` where there is no memory for it.
    package init?(_ played: PlayedSound) {
        guard let state = unsafe speex_echo_state_init(Int32(Self.frame), Int32(Self.tail)) else { return nil }
        var rate = Int32(FarEnd.rateHz)
        _ = unsafe speex_echo_ctl(state, SPEEX_ECHO_SET_SAMPLING_RATE, &rate)
        self.played = played
        unsafe self.state = state
    }

    deinit { unsafe speex_echo_state_destroy(state) }

    /// Filters the next samples, 16 kHz and mono.
    /// - Parameter moment: when the first of them was heard.
    /// - Returns: what is ready; together as many samples as went in, but for those of the last frame.
    package func filter(_ samples: [Float], heardAt moment: ContinuousClock.Instant) -> [Float] {
        for event in played.take() { farEnd.take(event) }
        let now = farEnd.place(of: moment) + Self.lead
        guard now - farEnd.end < Self.tail + Self.lead else {
            defer { (waiting, place) = ([], nil) }
            return waiting + samples
        }
        let wanted = now - waiting.count
        var place = place ?? wanted
        if abs(wanted - place) > Self.jitter { place = wanted }
        waiting += samples
        var output: [Float] = []
        output.reserveCapacity(waiting.count)
        var start = 0
        while start + Self.frame <= waiting.count {
            output += cancel(waiting[start..<start + Self.frame], farEnd.samples(place..<place + Self.frame))
            start += Self.frame
            place += Self.frame
        }
        waiting.removeFirst(start)
        self.place = place
        return output
    }

    private func cancel(_ heard: ArraySlice<Float>, _ played: [Float]) -> [Float] {
        let heard = heard.map(Self.integer)
        let played = played.map(Self.integer)
        var output = [Int16](repeating: 0, count: Self.frame)
        unsafe speex_echo_cancellation(state, heard, played, &output)
        return output.map { Float($0) / 32_768 }
    }

    private static func integer(_ sample: Float) -> Int16 { Int16(max(-32_768, min(32_767, sample * 32_768))) }
}
