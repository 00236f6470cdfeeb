/// A device of libasound as the capture thread reads it.
// SAFETY: the capture thread alone touches `handle`.
final class ALSAInput: PCMInput, @unchecked Sendable {
    /// The name that was asked for; `nil` where any will do.
    private let device: String?
    private var handle: PCMHandle?

    /// - Parameter device: a name in ALSA's configuration; `nil` takes the default device, or else the first sound card
    ///   that records.
    init(device: String?) { self.device = device }

    func open() throws(MicrophoneError) -> SoundShape {
        close()
        var problem = MicrophoneError.noDevice
        for name in device.map({ [$0] }) ?? ["default"] + CaptureDevice.hardware().map(\.id) {
            do throws(MicrophoneError) {
                let opened = try PCMHandle(device: name)
                let shape = opened.shape
                handle = consume opened
                return shape
            } catch {
                // Of several, what is wrong with one that is there says more than that another is not.
                if error.code != .notFound || device != nil { problem = error }
            }
        }
        throw problem
    }

    func read(into bytes: inout [UInt8]) -> PCMRead {
        handle?.read(into: &bytes) ?? .failed(.noDevice)
    }

    func close() { handle = nil }
}
