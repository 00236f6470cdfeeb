/// Why a voice could not be loaded or used.
public struct VITSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure; more may come.
    public struct Code: Sendable, Hashable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// A file is missing or cannot be read.
        public static let unreadable = Code("unreadable")
        /// Not a voice of Piper's kind.
        public static let foreign = Code("foreign")
        /// A voice that is cut off or contradicts itself.
        public static let malformed = Code("malformed")
        /// A sound voice of a kind that is not run here.
        public static let unsupported = Code("unsupported")
    }

    /// What kind of failure it was.
    public let code: Code
    private let file: String
    private let reason: String

    init(_ code: Code, _ file: String, _ reason: String) {
        self.code = code
        self.file = file
        self.reason = reason
    }

    /// What is wrong and what to do next, in one line.
    public var description: String {
        switch code {
        case .unreadable: "cannot read \(file): \(reason)"
        case .foreign: "\(file) is not a Piper voice: \(reason)"
        case .unsupported: "\(file) cannot be spoken with: \(reason)"
        default: "\(file) is damaged: \(reason); fetch it again"
        }
    }
}
