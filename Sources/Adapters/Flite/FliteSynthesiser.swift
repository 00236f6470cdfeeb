internal import CFlite

/// flite with its one voice. For one thread at a time.
// SAFETY: `FliteVoice` calls it on one serial queue alone, and so it makes `shared` there too.
@safe final class FliteSynthesiser: @unchecked Sendable {
    static let shared = FliteSynthesiser()

    /// Lives as long as the process: flite keeps pointers to it.
    private let voice: UnsafeMutablePointer<cst_voice>?

    /// Samples that are handed out at a time, about: 50 ms.
    private static let samplesAtOnce: Int32 = 800

    private init() {
        flite_init()
        unsafe voice = unsafe register_cmu_us_slt(nil)
    }

    /// Makes the sound of a text of ``FliteText``, piece by piece.
    /// - Returns: whether it was made to its end.
    func utter(_ text: String, _ take: ([Float]) -> Bool) throws(FliteError) -> Bool {
        guard let voice = unsafe voice, let utterance = unsafe new_utterance() else { throw .failed }
        return try withoutActuallyEscaping(take) { take throws(FliteError) in
            let listener = Listener(take)
            let pointer = unsafe Unmanaged.passUnretained(listener).toOpaque()
            guard unsafe cflite_stream(utterance, Self.samplesAtOnce, fliteStream, pointer) == 0 else {
                unsafe delete_utterance(utterance)
                throw FliteError.failed
            }
            unsafe utt_set_input_text(utterance, text)
            // Where it fails it has freed the utterance.
            guard let made = unsafe flite_do_synth(utterance, voice, utt_synth) else { throw FliteError.failed }
            unsafe delete_utterance(made)
            return withExtendedLifetime(listener) { listener.isWanted }
        }
    }

    /// Who gets the samples.
    fileprivate final class Listener {
        private let take: ([Float]) -> Bool
        /// Whether all of them were wanted so far.
        private(set) var isWanted = true

        init(_ take: @escaping ([Float]) -> Bool) { self.take = take }

        func hear(_ samples: [Float]) -> Bool {
            isWanted = isWanted && take(samples)
            return isWanted
        }
    }
}

/// Hands on what flite has made since the last call; a C function for its streaming.
private func fliteStream(
    wave: UnsafePointer<cst_wave>?, start: Int32, count: Int32, isLast: Int32,
    streaming: UnsafeMutablePointer<cst_audio_streaming_info>?
) -> Int32 {
    guard let wave = unsafe wave, let samples = unsafe wave.pointee.samples,
        let listener = unsafe streaming?.pointee.userdata
    else { return CST_AUDIO_STREAM_STOP }
    // flite's counts are bounded by its own array, and doubted all the same.
    let first = max(0, Int(start))
    let end = min(unsafe Int(wave.pointee.num_samples), first + max(0, Int(count)))
    guard first < end else { return CST_AUDIO_STREAM_CONT }
    // Half of its level: it is made as loud as a file may be, and Piper's voices are not.
    let piece = unsafe UnsafeBufferPointer(start: samples + first, count: end - first).map { Float($0) / (2 * 32_768) }
    let hearing = unsafe Unmanaged<FliteSynthesiser.Listener>.fromOpaque(listener).takeUnretainedValue()
    return hearing.hear(piece) ? CST_AUDIO_STREAM_CONT : CST_AUDIO_STREAM_STOP
}
