internal import AssistantCore
internal import CALSA
internal import Glibc

/// Why a speaker cannot be used: one sentence with the next step.
package struct SpeakerError: CodedError {
    /// The kind of failure. More kinds may come: switch with a default.
    package struct Code: Sendable, Hashable {
        let name: String

        /// There is no device to play on at all.
        package static let noDevice = Code(name: "noDevice")
        /// There is no device of that name.
        package static let notFound = Code(name: "notFound")
        /// Another program holds the device.
        package static let busy = Code(name: "busy")
        /// This user may not open the device.
        package static let notPermitted = Code(name: "notPermitted")
        /// The device takes no format that can be written.
        package static let unsupported = Code(name: "unsupported")
        /// The device was unplugged.
        package static let unplugged = Code(name: "unplugged")
        /// The sound system refused for another reason.
        package static let failed = Code(name: "failed")
    }

    package let code: Code
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }

    static let noDevice = SpeakerError(
        .noDevice, "There is no speaker on this device: plug one in, or write a file with --out.")

    /// What an error of libasound on opening a device means.
    static func opening(_ device: String, _ code: Int32) -> SpeakerError {
        switch -code {
        case ENOENT, ENXIO, ENODEV:
            SpeakerError(.notFound, "There is no speaker \(device); `aplay -L` lists those there are.")
        case EBUSY: SpeakerError(.busy, "The speaker \(device) is in use; close that program.")
        case EACCES, EPERM:
            SpeakerError(.notPermitted, "You may not open the speaker \(device); add your user to the group audio.")
        default: SpeakerError(.failed, "The speaker \(device) cannot be opened: \(reason(code)).")
        }
    }

    /// What an error of libasound on writing means.
    static func writing(_ device: String, _ code: Int32) -> SpeakerError {
        switch -code {
        case ENODEV, ENXIO, ENOENT, EBADF, EBADFD:
            SpeakerError(.unplugged, "The speaker \(device) was unplugged; plug it in again.")
        default: SpeakerError(.failed, "The speaker \(device) failed: \(reason(code)).")
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: snd_strerror(code)) }
}
