/// A version of HailoRT, its driver or its firmware. They work together only where they are equal.
package struct HailoVersion: Sendable, Hashable, Codable, CustomStringConvertible {
    package var major: UInt32
    package var minor: UInt32
    package var revision: UInt32

    package init(_ major: UInt32, _ minor: UInt32, _ revision: UInt32) {
        self.major = major
        self.minor = minor
        self.revision = revision
    }

    /// Reads `5.1.1`; anything behind the third number (`5.1.1-rc`) is left out.
    init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let major = UInt32(parts[0]), let minor = UInt32(parts[1]),
            let revision = UInt32(parts[2].prefix { $0.isASCII && $0.isNumber })
        else { return nil }
        self.init(major, minor, revision)
    }

    package var description: String { "\(major).\(minor).\(revision)" }
}
