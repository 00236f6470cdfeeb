import TestSupport
import DeviceSensors
import Foundation
import Testing

@testable import Hat

@Suite("What the kernel tells of boards")
struct BoardSightingTests {
    @Test("without a board nothing is seen, whatever else is on the bus")
    func nothing() throws {
        let tree = try FakeTree()
        #expect(BoardDetection(under: tree.root).boards.isEmpty)
        try tree.write("/sys/bus/pci/devices/0000:00:00.0/vendor", "0x14e4\n")
        try tree.write("/sys/bus/pci/devices/0000:00:00.0/device", "0x2864\n")
        try tree.write("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x1e60\n")
        try tree.write("/sys/bus/pci/devices/0000:01:00.0/device", "0xffff\n")
        try tree.write("/sys/bus/pci/devices/0000:02:00.0/vendor", "")
        let sighting = BoardDetection(under: tree.root)
        #expect(sighting.boards.isEmpty && sighting.nodes.isEmpty && sighting.modules.isEmpty)
    }

    @Test("a board is told by its ids", arguments: [("0x2864", HailoChip.hailo8Family), ("0x45C4", .hailo10H)])
    func chips(device: String, chip: HailoChip) throws {
        let tree = try FakeTree()
        try tree.addBoard(device: device)
        let board = try #require(BoardDetection(under: tree.root).boards.first)
        #expect(board == PCIBoard(slot: "0001:01:00.0", chip: chip, driver: "hailo_pci"))
        #expect(chip.generates == (chip == .hailo10H))
    }

    @Test("a board without a driver, and two boards beside each other")
    func drivers() throws {
        let tree = try FakeTree()
        try tree.addBoard("0001:01:00.0", driver: nil)
        try tree.addBoard("0002:01:00.0", device: "0x2864", driver: "hailo_pci")
        #expect(BoardDetection(under: tree.root).boards.map(\.driver) == [nil, "hailo_pci"])
    }

    @Test(
        "the node is found under both of its names, and nothing else is taken for one",
        arguments: ["hailo0", "h1x-0", "hailo12"])
    func nodes(name: String) throws {
        let tree = try FakeTree()
        for other in ["hailo", "hailort.sock", "h1x-", "hailo0x", "null"] { try tree.write("/dev/\(other)", "") }
        try tree.write("/dev/\(name)", "")
        #expect(BoardDetection(under: tree.root).nodes.map(\.path) == ["/dev/\(name)"])
    }

    @Test("a node that may not be opened is told from one that may")
    func permission() throws {
        let tree = try FakeTree.wellKept()
        var asked: [String] = []
        let refused = BoardDetection(under: tree.root) { path in
            asked.append(path)
            return false
        }
        #expect(refused.nodes == [DeviceNode(path: "/dev/hailo0", isAccessible: false)])
        #expect(asked == [tree.path + "/dev/hailo0"])
        #expect(BoardDetection(under: tree.root).nodes.first?.isAccessible == true)
    }

    @Test(
        "the module's version is read under both of its names",
        arguments: [
            ("hailo_pci", "4.20.0", HailoVersion(4, 20, 0)), ("hailo1x_pci", "5.3.0-rc1", HailoVersion(5, 3, 0)),
        ])
    func modules(name: String, text: String, version: HailoVersion) throws {
        let tree = try FakeTree()
        try tree.addModule(name, version: text)
        #expect(BoardDetection(under: tree.root).moduleVersion == version)
    }

    @Test("a module that does not say its version is there all the same", arguments: [nil, "", "five", "5.1", "5.1.x"])
    func silentModule(text: String?) throws {
        let tree = try FakeTree()
        try tree.addModule(version: text)
        let sighting = BoardDetection(under: tree.root)
        #expect(sighting.moduleVersion == nil && sighting.modules.keys.contains("hailo_pci"))
    }

    @Test("the root is this machine's unless the environment names another")
    func root() {
        #expect(SystemRoot(environment: [:]).isReal)
        #expect(SystemRoot(environment: ["BRIM_HAT_ROOT": "/"]).isReal)
        #expect(SystemRoot(environment: ["BRIM_HAT_ROOT": "/tmp/tree/"]).place("/sys") == "/tmp/tree/sys")
    }
}
