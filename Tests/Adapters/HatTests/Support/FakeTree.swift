import DeviceSensors
import Foundation
import TestSupport

@testable import Hat

extension FakeTree {
    var root: SystemRoot { SystemRoot(path) }

    /// A board on the bus, with its driver where one is named.
    func addBoard(_ slot: String = "0001:01:00.0", device: String = "0x45c4", driver: String? = "hailo_pci") throws {
        let directory = "/sys/bus/pci/devices/\(slot)"
        try write(directory + "/vendor", "0x1e60\n")
        try write(directory + "/device", device + "\n")
        guard let driver else { return }
        try FileManager.default.createSymbolicLink(
            atPath: path + directory + "/driver", withDestinationPath: "../../../../bus/pci/drivers/\(driver)")
    }

    func addModule(_ name: String = "hailo_pci", version: String? = "5.1.1") throws {
        try FileManager.default.createDirectory(
            atPath: path + "/sys/module/\(name)", withIntermediateDirectories: true)
        if let version { try write("/sys/module/\(name)/version", version + "\n") }
    }

    /// A HAT+ 2 whose owner did everything right; `library` is what the stand-in does.
    static func wellKept(library: [String: Int] = [:]) throws -> FakeTree {
        let tree = try FakeTree()
        try tree.addBoard()
        try tree.addModule()
        try tree.write("/dev/hailo0", "")
        try tree.addLibrary(library)
        return tree
    }

    /// Puts the stand-in for HailoRT in place.
    func addLibrary(
        _ behaviour: [String: Int] = [:], at place: String = "/usr/lib/libhailort.so", variant: StandInLibrary = .whole
    ) throws {
        try behave(behaviour, in: (place as NSString).deletingLastPathComponent)
        try FileManager.default.copyItem(atPath: try variant.built(), toPath: path + place)
    }

    /// From now on the stand-in does this; replaced in one step, since it may be read at any moment.
    func behave(_ behaviour: [String: Int], in directory: String = "/usr/lib") throws {
        let lines = behaviour.map { "\($0.key) \($0.value)\n" }.joined()
        try write(directory + "/standin.new", lines)
        guard unsafe rename(path + directory + "/standin.new", path + directory + "/standin.conf") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// What the stand-in noted, where it was told to.
    var log: [String] {
        // It is not there before the first word.
        let text = (try? String(contentsOfFile: path + "/usr/lib/standin.log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }
}
