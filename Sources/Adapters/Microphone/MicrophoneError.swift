internal import AssistantCore

/// Why a microphone cannot be used.
package struct MicrophoneError: CodedError {
    /// The kind of failure. More kinds may come: switch with a default.
    package struct Code: Sendable, Hashable {
        let name: String

        /// There is no device to record from at all.
        package static let noDevice = Code(name: "noDevice")
        /// There is no device of that name.
        package static let notFound = Code(name: "notFound")
        /// Another program holds the device.
        package static let busy = Code(name: "busy")
        /// This user may not open the device.
        package static let notPermitted = Code(name: "notPermitted")
        /// The device offers no format that can be read.
        package static let unsupported = Code(name: "unsupported")
        /// The device was unplugged.
        package static let unplugged = Code(name: "unplugged")
        /// The device is there but yields no sound.
        package static let silent = Code(name: "silent")
        /// The sound system refused for another reason.
        package static let failed = Code(name: "failed")
    }

    package let code: Code
    /// One readable line that says what to do next.
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }

    static let noDevice = MicrophoneError(
        .noDevice, "There is no microphone on this device: plug one in, or name one with --device.")
}
