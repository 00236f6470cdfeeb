/// What the bytes of a device mean.
struct SoundShape: Sendable, Hashable {
    /// As the device was opened.
    var device: String
    var format: SampleFormat
    var rateHz: Int
    /// Interleaved.
    var channels: Int

    /// Bytes of one sample of every channel.
    var frameBytes: Int { format.byteCount * channels }
}
