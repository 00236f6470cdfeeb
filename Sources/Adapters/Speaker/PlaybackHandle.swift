internal import CALSA
internal import Glibc

/// An open playback device of libasound; closed when it goes. For one thread.
@safe struct PlaybackHandle: ~Copyable {
    private let pcm: OpaquePointer
    let device: String
    let rateHz: Int
    let channels: Int
    private let isFloat: Bool
    /// Frames that are written at a time: 10 ms.
    let framesAtOnce: Int

    private static let bufferMicroseconds: UInt32 = 120_000
    private static let periodMicroseconds: UInt32 = 20_000

    private static let silenced: Void = { _ = calsa_silence() }()

    /// Opens a device for sound of `rateHz`, which it may not have: ``rateHz`` is what it takes.
    ///
    /// Rates and channels are the hardware's own where it is asked directly; a plug-in (`default`, `plughw`) converts.
    init(device: String, rateHz wanted: Int) throws(SpeakerError) {
        _ = Self.silenced
        var opened: OpaquePointer?
        let mode = SND_PCM_NONBLOCK | Int32(SND_PCM_NO_AUTO_RESAMPLE)
        let code = unsafe snd_pcm_open(&opened, device, SND_PCM_STREAM_PLAYBACK, mode)
        guard code == 0, let opened = unsafe opened else { throw .opening(device, code) }
        do throws(SpeakerError) {
            (rateHz, channels, isFloat) = unsafe try Self.configure(opened, device, wanted)
        } catch {
            unsafe snd_pcm_close(opened)
            throw error
        }
        unsafe pcm = opened
        self.device = device
        framesAtOnce = max(1, rateHz / 100)
    }

    deinit { unsafe snd_pcm_close(pcm) }

    private static func configure(
        _ pcm: OpaquePointer, _ device: String, _ wanted: Int
    ) throws(SpeakerError) -> (rateHz: Int, channels: Int, isFloat: Bool) {
        var allocated: OpaquePointer?
        guard unsafe snd_pcm_hw_params_malloc(&allocated) == 0, let hardware = unsafe allocated else {
            throw SpeakerError(.failed, "There is no memory left to open the speaker.")
        }
        defer { unsafe snd_pcm_hw_params_free(hardware) }
        unsafe snd_pcm_hw_params_any(pcm, hardware)
        unsafe snd_pcm_hw_params_set_rate_resample(pcm, hardware, 0)
        var code = unsafe snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED)
        let isFloat: Bool
        if unsafe snd_pcm_hw_params_test_format(pcm, hardware, SND_PCM_FORMAT_S16_LE) == 0 {
            isFloat = false
        } else if unsafe snd_pcm_hw_params_test_format(pcm, hardware, SND_PCM_FORMAT_FLOAT_LE) == 0 {
            isFloat = true
        } else {
            throw SpeakerError(.unsupported, "\(device) takes no format that can be written; choose another device.")
        }
        let format = isFloat ? SND_PCM_FORMAT_FLOAT_LE : SND_PCM_FORMAT_S16_LE
        if code == 0 { code = unsafe snd_pcm_hw_params_set_format(pcm, hardware, format) }
        var channels: UInt32 = 1
        if code == 0 { code = unsafe snd_pcm_hw_params_set_channels_near(pcm, hardware, &channels) }
        // The voice's own rate, a multiple of it, then what every card has.
        let known = [wanted, 2 * wanted, 48_000, 44_100, 32_000, 24_000, 16_000].first {
            unsafe snd_pcm_hw_params_test_rate(pcm, hardware, UInt32($0), 0) == 0
        }
        var rate = UInt32(known ?? 48_000)
        if code == 0 { code = unsafe snd_pcm_hw_params_set_rate_near(pcm, hardware, &rate, nil) }
        var period = periodMicroseconds
        if code == 0 { code = unsafe snd_pcm_hw_params_set_period_time_near(pcm, hardware, &period, nil) }
        var buffer = bufferMicroseconds
        if code == 0 { code = unsafe snd_pcm_hw_params_set_buffer_time_near(pcm, hardware, &buffer, nil) }
        if code == 0 { code = unsafe snd_pcm_hw_params(pcm, hardware) }
        guard code == 0 else { throw .opening(device, code) }
        guard 4_000...384_000 ~= rate, 1...32 ~= channels else {
            throw SpeakerError(
                .unsupported, "\(device) plays \(channels) channels at \(rate) Hz; choose another device.")
        }
        return (Int(rate), Int(channels), isFloat)
    }

    /// What came of a write.
    enum Outcome {
        /// So many frames went into the device's buffer.
        case written(Int)
        /// The device ran dry, and was prepared again.
        case underrun
        case failed(SpeakerError)
    }

    /// Writes as many of the samples as there is room for; waits 20 ms for room at most.
    func write(_ samples: ArraySlice<Float>, volume: Float) -> Outcome {
        let ready = unsafe snd_pcm_wait(pcm, 20)
        if ready == 0 { return .written(0) }
        let block = samples.prefix(framesAtOnce)
        let count = ready < 0 ? Int(ready) : isFloat ? writeFloats(block, volume) : writeIntegers(block, volume)
        if count >= 0 { return .written(count) }
        if count == -Int(EAGAIN) { return .written(0) }
        let code = unsafe snd_pcm_recover(pcm, Int32(clamping: count), 1)
        return code == 0 ? .underrun : .failed(.writing(device, code))
    }

    private func writeIntegers(_ samples: ArraySlice<Float>, _ volume: Float) -> Int {
        var frames: [Int16] = []
        frames.reserveCapacity(samples.count * channels)
        for sample in samples {
            let value = Int16(max(-1, min(1, sample * volume)) * 32_767)
            for _ in 0..<channels { frames.append(value) }
        }
        return unsafe frames.withUnsafeBytes { buffer in
            unsafe snd_pcm_writei(pcm, buffer.baseAddress, snd_pcm_uframes_t(samples.count))
        }
    }

    private func writeFloats(_ samples: ArraySlice<Float>, _ volume: Float) -> Int {
        var frames: [Float] = []
        frames.reserveCapacity(samples.count * channels)
        for sample in samples {
            for _ in 0..<channels { frames.append(max(-1, min(1, sample * volume))) }
        }
        return unsafe frames.withUnsafeBytes { buffer in
            unsafe snd_pcm_writei(pcm, buffer.baseAddress, snd_pcm_uframes_t(samples.count))
        }
    }

    /// How long it takes until what was written last is heard; zero where the device does not know.
    var delay: Duration {
        var frames: snd_pcm_sframes_t = 0
        guard unsafe snd_pcm_delay(pcm, &frames) == 0, frames > 0 else { return .zero }
        return .seconds(min(2, Double(frames) / Double(rateHz)))
    }

    /// Lets the device begin with what it has.
    func start() {
        if unsafe snd_pcm_state(pcm) == SND_PCM_STATE_PREPARED { _ = unsafe snd_pcm_start(pcm) }
    }

    /// Silence, at once.
    func drop() { _ = unsafe snd_pcm_drop(pcm) }

    /// Makes the device ready for the next sound after ``drop()`` or the end of one.
    func prepare() { _ = unsafe snd_pcm_prepare(pcm) }

    /// Asks the device to play what it has to the end.
    func drain() { _ = unsafe snd_pcm_drain(pcm) }

    /// Whether the device still plays after ``drain()``.
    var isDraining: Bool { unsafe snd_pcm_state(pcm) == SND_PCM_STATE_DRAINING }
}
