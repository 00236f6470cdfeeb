internal import Crypto

/// What a roll-out may go by to tell this device from others.
package struct FleetDevice: Sendable, Hashable {
    /// The same for as long as the device is the same; no other device has it.
    package let identifier: String
    /// The group of devices that the operator put it in.
    package let group: String
    /// As `uname -m` says it.
    package let processor: String
    /// Of all memory.
    package let memoryBytes: Int64

    package init(identifier: String, group: String, processor: String, memoryBytes: Int64) {
        self.identifier = identifier
        self.group = group
        self.processor = processor
        self.memoryBytes = memoryBytes
    }

    /// An identifier made of the machine's own, from which that cannot be found.
    package static func identifier(ofMachine identifier: String) -> String {
        String(Digest.sha256(Array("brim fleet \(identifier)".utf8)).prefix(32))
    }

    /// Where this device stands among all in a roll-out, in hundredths of a percent from 0 to 9,999: it has its turn as soon
    /// as the share that a stage takes is above that. It depends on the device and the release alone, so that no server has
    /// to know it, a larger share holds all that a smaller one held, and no device is first in every roll-out.
    package func place(in release: Release) -> Int {
        let text = "\(release.kind.rawValue)\n\(release.name)\n\(release.number)\n\(identifier)"
        let number = SHA256.hash(data: Array(text.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % 10_000)
    }
}
