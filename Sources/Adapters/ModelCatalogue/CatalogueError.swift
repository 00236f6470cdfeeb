/// What can go wrong with the catalogue and the files it names.
public struct CatalogueError: Error, Sendable, CustomStringConvertible {
    public struct Code: Sendable, Hashable {
        let name: String

        /// The catalogue is missing, unreadable or not what it should be.
        public static let badCatalogue = Code(name: "badCatalogue")
        /// No model of that name is listed and no file of that path exists.
        public static let unknownModel = Code(name: "unknownModel")
        /// The model is listed, but its files are not on this device.
        public static let notFetched = Code(name: "notFetched")
        /// A file is there, but its size or digest is not the catalogue's.
        public static let corrupted = Code(name: "corrupted")
        /// The file system has no room.
        public static let noRoom = Code(name: "noRoom")
        /// python3 or its pip is missing.
        public static let noPip = Code(name: "noPip")
        /// The package could not be downloaded.
        public static let downloadFailed = Code(name: "downloadFailed")
        /// A file or directory could not be written, read or renamed.
        public static let fileSystem = Code(name: "fileSystem")
    }

    public let code: Code
    /// One line: what happened, and what to do next.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
