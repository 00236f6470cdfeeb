internal import CHailo

/// A status of HailoRT.
package struct HailoStatus: Sendable, Hashable, Codable {
    package var rawValue: Int32

    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    static let success = HailoStatus(Int32(CHAILO_SUCCESS))
    static let notImplemented = HailoStatus(Int32(CHAILO_NOT_IMPLEMENTED))
    static let versionsDiffer = HailoStatus(Int32(CHAILO_INVALID_DRIVER_VERSION))

    /// Another program has the board.
    var isHeld: Bool {
        [CHAILO_DEVICE_IN_USE, CHAILO_OUT_OF_PHYSICAL_DEVICES].contains(Int(rawValue))
    }

    /// A few words, where the number deserves them.
    var words: String {
        switch Int(rawValue) {
        case CHAILO_SUCCESS: "well"
        case CHAILO_TIMEOUT: "the board did not answer in time"
        case CHAILO_INVALID_OPERATION: "the board does not allow that now"
        case CHAILO_NOT_IMPLEMENTED: "not implemented for this board"
        case CHAILO_DEVICE_IN_USE: "the board is in use"
        case CHAILO_OUT_OF_PHYSICAL_DEVICES: "another program holds the NPU"
        case CHAILO_INVALID_DRIVER_VERSION: "driver and library versions differ"
        case CHAILO_RPC_FAILED: "the call to the board's own system failed"
        default: "HailoRT status \(rawValue)"
        }
    }
}
