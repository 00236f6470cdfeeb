/// Why a file could not be read as WAV.
public struct WAVError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure; more may come.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// Not a WAV file at all.
        public static let notWAV = Code("notWAV")
        /// A WAV file whose header contradicts itself.
        public static let malformed = Code("malformed")
        /// A sound WAV file of a kind that is not read, such as compressed audio.
        public static let unsupported = Code("unsupported")
    }

    public let code: Code
    private let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String {
        switch code {
        case .notWAV: "this is not a WAV file: \(reason)"
        case .unsupported: "this kind of WAV cannot be read: \(reason); convert it to 16-bit PCM"
        default: "the WAV header is broken: \(reason)"
        }
    }
}
