import Foundation
import Testing

/// A tree that stands for a Raspberry Pi, for `BRIM_HAT_ROOT`.
final class FakePi {
    let path = NSTemporaryDirectory() + "pi-" + UUID().uuidString

    init(board: Bool = true, driver: Bool = true, throttled: String = "0x0", celsius: Int = 52) throws {
        try write("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
        try write(
            "/proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
        try write("/sys/class/thermal/thermal_zone0/temp", "\(celsius)000\n")
        try write(
            "/usr/bin/vcgencmd", "#!/bin/sh\n[ $1 = get_throttled ] && echo throttled=\(throttled)\n", mode: 0o755)
        guard board else { return }
        let slot = "/sys/bus/pci/devices/0001:01:00.0"
        try write(slot + "/vendor", "0x1e60\n")
        try write(slot + "/device", "0x45c4\n")
        guard driver else { return }
        try FileManager.default.createSymbolicLink(
            atPath: path + slot + "/driver", withDestinationPath: "../drivers/hailo1x_pci")
        try write("/sys/module/hailo1x_pci/version", "5.3.0\n")
        try write("/dev/h1x-0", "")
    }

    deinit {
        // A temporary directory that stays is the system's to sweep.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Puts the stand-in for HailoRT in place, which does what these lines say.
    func addLibrary(_ behaviour: String) throws {
        try behave(behaviour)
        let source = Brim.root + "/Tests/Adapters/HatTests/Fixtures/libhailort.c"
        let library = path + "/usr/lib/libhailort.so"
        let result = try Shell.run("clang", ["-std=c11", "-shared", "-fPIC", "-o", library, source])
        #expect(result.status == 0, "\(result.error)")
    }

    /// From now on the stand-in does this; replaced in one step, since it may be read at any moment.
    func behave(_ behaviour: String) throws {
        try write("/usr/lib/standin.new", behaviour)
        guard unsafe rename(path + "/usr/lib/standin.new", path + "/usr/lib/standin.conf") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    func write(_ file: String, _ text: String, mode: Int = 0o644) throws {
        let place = path + file
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: place))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place)
    }
}
