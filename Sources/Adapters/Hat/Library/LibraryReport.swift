/// What a process that loaded HailoRT has to tell.
package struct LibraryReport: Sendable, Hashable, Codable {
    /// Why no library is used.
    package enum Failure: String, Sendable, Hashable, Codable {
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
    package var path: String?
    package var version: HailoVersion?
    package var failure: Failure?
    /// In the loader's words, or about them.
    package var detail: String?
    /// Of the search for boards.
    package var scan: HailoStatus?
    package var devices: [DeviceReport] = []
}

/// What a board told of itself.
package struct DeviceReport: Sendable, Hashable, Codable {
    /// As HailoRT names it: the PCI slot.
    package var id: String
    /// Of the first call that failed, or of the last one.
    package var status = HailoStatus(0)
    package var architecture: HailoArchitecture?
    package var firmware: HailoVersion?
    package var board: String?
    package var serial: String?
    package var product: String?
    package var celsius: Double?
    /// `nil` where it has no sensor.
    package var watts: Double?

    init(id: String) { self.id = id }
}
