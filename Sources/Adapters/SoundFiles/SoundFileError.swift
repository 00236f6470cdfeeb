internal import AssistantCore

/// Why a sound file could not be decoded: one sentence with what can be done.
package struct SoundFileError: CodedError {
    package struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The program that decodes it is not installed.
        package static let noProgram = Code("noProgram")
        /// The program cannot read it.
        package static let damaged = Code("damaged")
        /// It holds more sound than is decoded, or takes too long.
        package static let tooLong = Code("tooLong")
        /// There is no room for what comes of it.
        package static let noRoom = Code("noRoom")
    }

    package var code: Code
    package var description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }
}
