/// What a process that loaded HailoRT has to tell.
public struct LibraryReport: Sendable, Hashable, Codable {
    /// Why no library is used.
    public enum Failure: String, Sendable, Hashable, Codable {
        /// There is no file to try.
        case missing
        /// The loader refused it.
        case notLoaded
        /// A file of that name without HailoRT's calls.
        case noHailoRT
        /// It would not say its version.
        case noVersion
        /// Of a version whose layouts nobody has checked.
        case unknownVersion
        /// It took the process down that loaded it.
        case crashed
        /// It did not come back.
        case hung
    }

    /// The file that was loaded, or tried last.
    public var path: String?
    public var version: HailoVersion?
    public var failure: Failure?
    /// In the loader's words, or about them.
    public var detail: String?
    /// Of the search for boards.
    public var scan: HailoStatus?
    public var devices: [DeviceReport] = []
}
