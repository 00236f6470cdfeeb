internal import CALSA
internal import Glibc

/// An open capture device of libasound; closed when it goes. For one thread.
@safe struct PCMHandle: ~Copyable {
    private let pcm: OpaquePointer
    let shape: SoundShape
    /// Frames that are read at a time.
    private let framesAtOnce: Int

    /// What sound cards have, in the order of preference: Whisper's own rate first, then its multiples.
    private static let rates = [16_000, 48_000, 32_000, 96_000, 44_100, 24_000, 22_050, 11_025, 8_000]
    private static let bufferMicroseconds: UInt32 = 500_000
    private static let blockMilliseconds = 20
    private static let waitMilliseconds: Int32 = 250

    private static let silenced: Void = { _ = calsa_silence() }()

    /// Opens a device and starts it.
    ///
    /// Formats, channels and rates are the hardware's own where Brim knows them, so that no sound is converted twice; only
    /// where it knows none does libasound convert.
    /// - Parameter device: a name in libasound's configuration, such as `plughw:CARD=Device,DEV=0`.
    init(device: String) throws(MicrophoneError) {
        _ = Self.silenced
        let own = SND_PCM_NO_AUTO_FORMAT | SND_PCM_NO_AUTO_CHANNELS | Int32(SND_PCM_NO_AUTO_RESAMPLE)
        do throws(MicrophoneError) {
            try self.init(device: device, mode: own)
        } catch {
            guard error.code == .unsupported else { throw error }
            try self.init(device: device, mode: 0)
        }
    }

    private init(device: String, mode: Int32) throws(MicrophoneError) {
        var opened: OpaquePointer?
        let code = unsafe snd_pcm_open(&opened, device, SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK | mode)
        guard code == 0, let opened = unsafe opened else { throw MicrophoneError(device, code) }
        let shape: SoundShape
        do throws(MicrophoneError) {
            shape = unsafe try Self.start(opened, device: device)
        } catch {
            unsafe snd_pcm_close(opened)
            throw error
        }
        unsafe pcm = opened
        self.shape = shape
        framesAtOnce = max(1, shape.rateHz * Self.blockMilliseconds / 1_000)
    }

    private static func start(_ pcm: OpaquePointer, device: String) throws(MicrophoneError) -> SoundShape {
        let shape = unsafe try configure(pcm, device: device)
        let code = unsafe snd_pcm_start(pcm)
        guard code == 0 else { throw MicrophoneError(device, code) }
        return shape
    }

    deinit {
        unsafe snd_pcm_close(pcm)
    }

    /// Waits for sound, a quarter of a second at most, and reads up to 20 ms of it.
    func read(into bytes: inout [UInt8]) -> PCMRead {
        let ready = unsafe snd_pcm_wait(pcm, Self.waitMilliseconds)
        if ready == 0 { return .nothing }
        let count = ready < 0 ? Int(ready) : readFrames(into: &bytes)
        if count > 0 { return .sound }
        if count == 0 || count == -Int(EAGAIN) { return .nothing }
        // Starts the device again after an overrun, or after the computer slept.
        var code = unsafe snd_pcm_recover(pcm, Int32(count), 1)
        if code == 0 { code = unsafe snd_pcm_start(pcm) }
        return code == 0 ? .overrun : .failed(.reading(shape.device, code))
    }

    private func readFrames(into bytes: inout [UInt8]) -> Int {
        let size = framesAtOnce * shape.frameBytes
        // Zeros: at its end the `file` plug-in counts frames that it has not written.
        bytes = Array(repeating: 0, count: size)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe snd_pcm_readi(pcm, buffer.baseAddress, snd_pcm_uframes_t(framesAtOnce))
        }
        if count > 0 { bytes.removeLast(size - count * shape.frameBytes) }
        return count
    }
}

extension PCMHandle {
    /// Chooses format, channels and rate, and sets them.
    private static func configure(_ pcm: OpaquePointer, device: String) throws(MicrophoneError) -> SoundShape {
        let hardware = unsafe try HardwareParameters(pcm: pcm)
        unsafe snd_pcm_hw_params_set_rate_resample(pcm, hardware.pointer, 0)
        var code = unsafe snd_pcm_hw_params_set_access(pcm, hardware.pointer, SND_PCM_ACCESS_RW_INTERLEAVED)
        let format = SampleFormat.allCases.first {
            unsafe snd_pcm_hw_params_test_format(pcm, hardware.pointer, $0.alsa) == 0
        }
        guard code == 0, let format else {
            throw MicrophoneError(
                .unsupported, "\(device) offers no PCM format that can be read; choose another device.")
        }
        code = unsafe snd_pcm_hw_params_set_format(pcm, hardware.pointer, format.alsa)
        var channels: UInt32 = 1
        if code == 0 { code = unsafe snd_pcm_hw_params_set_channels_near(pcm, hardware.pointer, &channels) }
        let known = rates.first { unsafe snd_pcm_hw_params_test_rate(pcm, hardware.pointer, UInt32($0), 0) == 0 }
        var rate = UInt32(known ?? rates[0])
        if code == 0 { code = unsafe snd_pcm_hw_params_set_rate_near(pcm, hardware.pointer, &rate, nil) }
        var buffer = bufferMicroseconds
        var period = UInt32(1_000 * blockMilliseconds)
        if code == 0 { code = unsafe snd_pcm_hw_params_set_buffer_time_near(pcm, hardware.pointer, &buffer, nil) }
        if code == 0 { code = unsafe snd_pcm_hw_params_set_period_time_near(pcm, hardware.pointer, &period, nil) }
        if code == 0 { code = unsafe snd_pcm_hw_params(pcm, hardware.pointer) }
        guard code == 0 else { throw MicrophoneError(device, code) }
        guard SoundConverter.inputRatesHz ~= Int(rate), 1...64 ~= channels else {
            throw MicrophoneError(
                .unsupported, "\(device) records \(channels) channels at \(rate) Hz; choose another device.")
        }
        return SoundShape(device: device, format: format, rateHz: Int(rate), channels: Int(channels))
    }
}

/// Memory for libasound's hardware parameters, filled with all that a device can do.
@safe private struct HardwareParameters: ~Copyable {
    let pointer: OpaquePointer

    init(pcm: OpaquePointer) throws(MicrophoneError) {
        var allocated: OpaquePointer?
        guard unsafe snd_pcm_hw_params_malloc(&allocated) == 0, let allocated = unsafe allocated else {
            throw MicrophoneError(.failed, "There is no memory left to open the microphone.")
        }
        unsafe pointer = allocated
        unsafe snd_pcm_hw_params_any(pcm, allocated)
    }

    deinit {
        unsafe snd_pcm_hw_params_free(pointer)
    }
}

extension SampleFormat {
    /// libasound's name of it.
    fileprivate var alsa: snd_pcm_format_t {
        switch self {
        case .s16: SND_PCM_FORMAT_S16_LE
        case .s32: SND_PCM_FORMAT_S32_LE
        case .s24in32: SND_PCM_FORMAT_S24_LE
        case .s24: SND_PCM_FORMAT_S24_3LE
        case .float: SND_PCM_FORMAT_FLOAT_LE
        case .u8: SND_PCM_FORMAT_U8
        }
    }
}
