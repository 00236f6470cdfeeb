/// What the capture thread reads from: a sound card, or a script in tests. For one thread.
protocol PCMInput: AnyObject, Sendable {
    /// Opens the device and starts it.
    func open() throws(MicrophoneError) -> SoundShape

    /// Replaces `bytes` by the next whole frames. Waits for them for a quarter of a second at most.
    func read(into bytes: inout [UInt8]) -> PCMRead

    /// Gives the device back. Harmless where it is not open.
    func close()
}

/// What came of a read.
enum PCMRead: Sendable {
    /// Sound came.
    case sound
    /// None came in time.
    case nothing
    /// The device overran its buffer and was started again.
    case overrun
    /// The device has to be opened anew.
    case failed(MicrophoneError)
}
