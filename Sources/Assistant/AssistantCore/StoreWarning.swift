/// Something about the store that a person should know. The description is one sentence or two, with the next step.
package struct StoreWarning: Sendable, Hashable, CustomStringConvertible {
    /// What happened; more kinds may come.
    package struct Kind: Sendable, Hashable, RawRepresentable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// The disk or the quota is full.
        package static let diskFull = Kind(rawValue: "diskFull")
        /// The file or its directory cannot be written.
        package static let notWritable = Kind(rawValue: "notWritable")
        /// The file was damaged and has been moved aside.
        package static let corrupt = Kind(rawValue: "corrupt")
        /// The file was written by a newer Brim.
        package static let newerSchema = Kind(rawValue: "newerSchema")
        /// The device could not read or write the file.
        package static let inputOutput = Kind(rawValue: "inputOutput")
        /// Another program keeps the file locked.
        package static let busy = Kind(rawValue: "busy")
        /// The device's secret key was damaged and has been replaced, or others could read it.
        package static let deviceKey = Kind(rawValue: "deviceKey")
        /// Something is missing that was kept, and the operator has not acknowledged it.
        package static let loss = Kind(rawValue: "loss")
        /// Others on this machine may change the directory.
        package static let exposedDirectory = Kind(rawValue: "exposedDirectory")
    }

    package var kind: Kind
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
