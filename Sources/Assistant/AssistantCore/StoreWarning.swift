/// Something about the store that a person should know. The description is one sentence or two, with the next step.
public struct StoreWarning: Sendable, Hashable, CustomStringConvertible {
    /// What happened; more kinds may come.
    public struct Kind: Sendable, Hashable, RawRepresentable {
        public var rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The disk or the quota is full.
        public static let diskFull = Kind(rawValue: "diskFull")
        /// The file or its directory cannot be written.
        public static let notWritable = Kind(rawValue: "notWritable")
        /// The file was damaged and has been moved aside.
        public static let corrupt = Kind(rawValue: "corrupt")
        /// The file was written by a newer Brim.
        public static let newerSchema = Kind(rawValue: "newerSchema")
        /// The device could not read or write the file.
        public static let inputOutput = Kind(rawValue: "inputOutput")
        /// Another program keeps the file locked.
        public static let busy = Kind(rawValue: "busy")
        /// The device's secret key was damaged and has been replaced, or others could read it.
        public static let deviceKey = Kind(rawValue: "deviceKey")
        /// Others on this machine may change the directory.
        public static let exposedDirectory = Kind(rawValue: "exposedDirectory")
    }

    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// Whether what is kept will be there tomorrow.
public protocol StoreStatus: Sendable {
    /// `false` once the store had to go on in memory alone: all is lost when the program ends, and nothing may be
    /// spent.
    var isDurable: Bool { get }

    /// In the order in which they arose. Cheap: meant to be asked for every frame.
    var warnings: [StoreWarning] { get }
}
