/// Why a file could not be read as WAV.
public struct WAVError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure; more may come.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The file cannot be opened, or not be read to its end.
        public static let unreadable = Code("unreadable")
        /// Not a WAV file at all.
        public static let notWAV = Code("notWAV")
        /// A WAV file whose header contradicts itself.
        public static let malformed = Code("malformed")
        /// A sound WAV file of a kind that is not read, such as compressed audio.
        public static let unsupported = Code("unsupported")
    }

    /// What kind of failure it was.
    public let code: Code
    private let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// What is wrong and what to do next, in one line.
    public var description: String {
        switch code {
        case .unreadable: reason
        case .notWAV: "this is not a WAV file: \(reason)"
        case .unsupported: "this kind of WAV cannot be read: \(reason); convert it to 16-bit PCM"
        default: "the WAV header is broken: \(reason)"
        }
    }
}
