internal import AssistantCore
internal import Glibc

/// What can go wrong with the catalogue and the files it names.
package struct CatalogueError: CodedError {
    package struct Code: Sendable, Hashable {
        let name: String

        /// The catalogue is missing, unreadable or not what it should be.
        package static let badCatalogue = Code(name: "badCatalogue")
        /// No model of that name is listed and no file of that path exists.
        package static let unknownModel = Code(name: "unknownModel")
        /// What was given is no address of a model.
        package static let badAddress = Code(name: "badAddress")
        /// The model is listed, but its files are not on this device.
        package static let notFetched = Code(name: "notFetched")
        /// A file is there, but its size or digest is not what it has to be.
        package static let corrupted = Code(name: "corrupted")
        /// The file system has no room.
        package static let noRoom = Code(name: "noRoom")
        /// No server could be reached: the device is offline, or what stands between forbids it.
        package static let unreachable = Code(name: "unreachable")
        /// The server wants to know who asks, or does not let this one in.
        package static let refused = Code(name: "refused")
        /// The server does not have it.
        package static let notThere = Code(name: "notThere")
        /// It was not delivered, for another reason.
        package static let downloadFailed = Code(name: "downloadFailed")
        /// A file or directory could not be written, read or renamed.
        package static let fileSystem = Code(name: "fileSystem")
    }

    package let code: Code
    /// One line: what happened, and what to do next.
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }

    /// The reason of the last system call, in words.
    static func system(_ what: String, _ number: Int32 = errno) -> CatalogueError {
        let reason = unsafe String(cString: strerror(number))
        let code: Code = [ENOSPC, EDQUOT].contains(number) ? .noRoom : .fileSystem
        let next = code == .noRoom ? "; make room and try again" : ""
        return CatalogueError(code, "\(what): \(reason)\(next)")
    }
}
