/// Why a model file was refused.
///
/// The description is one line a person can act on. Names that come out of the file are quoted, shortened and freed of
/// control characters, so that it may be printed as it is.
public struct GGUFError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it was. More may be added.
    public struct Code: Sendable, Hashable {
        private enum Value { case unreadable, foreign, malformed, truncated, unsupported, missing, wrongType, changed }
        private let value: Value

        /// The operating system would not open, measure or map the file.
        public static let unreadable = Code(value: .unreadable)
        /// The file is something other than a little-endian GGUF file of version 2 or 3.
        public static let foreign = Code(value: .foreign)
        /// The file contradicts itself or the format.
        public static let malformed = Code(value: .malformed)
        /// The file ends before what its header promises.
        public static let truncated = Code(value: .truncated)
        /// The file is sound, but uses something this program cannot read.
        public static let unsupported = Code(value: .unsupported)
        /// A metadata key or tensor that is needed is not there.
        public static let missing = Code(value: .missing)
        /// A metadata value has another type, or does not fit the type asked for.
        public static let wrongType = Code(value: .wrongType)
        /// The file was changed on disk while it was open.
        public static let changed = Code(value: .changed)
    }

    /// What kind of fault it was.
    public let code: Code
    /// The path the file was opened by.
    public let path: String
    /// What is wrong and what to do next, without the path.
    public let reason: String

    /// The path and the reason, as one line.
    public var description: String { "\(path): \(reason)" }

    init(_ code: Code, path: String, _ reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }
}

extension String {
    /// The string in quotes, control characters replaced and at most `limit` characters of it: safe to show in an
    /// error.
    package func quoted(upTo limit: Int = 64) -> String {
        let shown = unicodeScalars.prefix(limit).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "\u{FFFD}"
            default: String(scalar)
            }
        }
        return "\"\(shown.joined())\(unicodeScalars.count > limit ? "…" : "")\""
    }
}
