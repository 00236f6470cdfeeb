package import DeviceSensors
internal import Glibc

/// What the kernel tells of boards, without asking any of them.
package struct BoardDetection: Sendable, Hashable, Codable {
    package var boards: [PCIBoard]
    package var nodes: [DeviceNode]
    /// The versions of the kernel modules that are loaded, by name; `nil` for a module that does not say.
    package var modules: [String: HailoVersion?]

    static let moduleNames = ["hailo_pci", "hailo1x_pci"]

    /// Looks. Blocks for a few small reads.
    ///
    /// - Parameter isAccessible: whether this process may open a file for reading and writing.
    package init(under root: SystemRoot, isAccessible: (String) -> Bool = BoardDetection.mayOpen) {
        boards = root.names(in: "/sys/bus/pci/devices").prefix(Self.maxDevices).compactMap { slot in
            let directory = "/sys/bus/pci/devices/\(slot)"
            guard let vendor = root.text(directory + "/vendor"), let device = root.text(directory + "/device"),
                let chip = HailoChip(vendor: vendor, device: device)
            else { return nil }
            let driver = root.link(directory + "/driver")?.split(separator: "/").last.map(String.init)
            return PCIBoard(slot: slot, chip: chip, driver: driver)
        }
        nodes = root.names(in: "/dev").filter(Self.isNode).map { name in
            DeviceNode(path: "/dev/\(name)", isAccessible: isAccessible(root.place("/dev/\(name)")))
        }
        modules = [:]
        for name in Self.moduleNames where root.exists("/sys/module/\(name)") {
            modules[name] = .some(root.text("/sys/module/\(name)/version").flatMap { HailoVersion($0) })
        }
    }

    /// Asks the kernel on behalf of the real user.
    package static func mayOpen(_ path: String) -> Bool { unsafe access(path, R_OK | W_OK) == 0 }

    /// More than any machine has.
    private static let maxDevices = 512

    private static func isNode(_ name: String) -> Bool {
        for prefix in ["hailo", "h1x-"] where name.hasPrefix(prefix) {
            let number = name.dropFirst(prefix.count)
            if !number.isEmpty, number.allSatisfy({ $0.isASCII && $0.isNumber }) { return true }
        }
        return false
    }

    /// The version of a loaded module that tells one.
    var moduleVersion: HailoVersion? { Self.moduleNames.lazy.compactMap { modules[$0] ?? nil }.first }
}

/// A file in `/dev` through which a board is spoken to.
package struct DeviceNode: Sendable, Hashable, Codable {
    /// Such as `/dev/hailo0`, or `/dev/h1x-0` from HailoRT 5.3 on.
    package var path: String
    /// Whether this process may open it for reading and writing.
    package var isAccessible: Bool
}

/// A board on the PCI bus.
package struct PCIBoard: Sendable, Hashable, Codable {
    /// Such as `0001:01:00.0`.
    package var slot: String
    package var chip: HailoChip
    /// The driver that holds it; `nil` where none does.
    package var driver: String?
}
