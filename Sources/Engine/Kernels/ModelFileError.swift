/// A format of model files, in the words of its errors.
public protocol ModelFileFormat: Sendable {
    /// What a file of another format is not, such as `a Piper voice`.
    static var name: String { get }
    /// What cannot be done with a model that is not supported, such as `spoken with`.
    static var use: String { get }
}

/// What kind of failure a model's file was; more may come.
public struct ModelFileFault: Sendable, Hashable {
    private let name: String
    private init(_ name: String) { self.name = name }

    /// A file is missing or cannot be read.
    public static let unreadable = ModelFileFault("unreadable")
    /// Not a model of this format.
    public static let foreign = ModelFileFault("foreign")
    /// A model of this format that is cut off or contradicts itself.
    public static let malformed = ModelFileFault("malformed")
    /// A sound model of a kind that is not run here.
    public static let unsupported = ModelFileFault("unsupported")
}

/// Why a model's files could not be loaded or used.
public struct ModelFileError<Format: ModelFileFormat>: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it was.
    public let code: ModelFileFault
    private let file: String
    private let reason: String

    /// Makes an error about `file`; `reason` says what is wrong without naming it.
    public init(_ code: ModelFileFault, _ file: String, _ reason: String) {
        self.code = code
        self.file = file
        self.reason = reason
    }

    /// What is wrong and what to do next, in one line.
    public var description: String {
        switch code {
        case .unreadable: "cannot read \(file): \(reason)"
        case .foreign: "\(file) is not \(Format.name): \(reason)"
        case .unsupported: "\(file) cannot be \(Format.use): \(reason)"
        default: "\(file) is damaged: \(reason); fetch it again"
        }
    }
}
