import TestSupport
import AssistantCore
import Foundation
import Testing

@testable import DeviceSensors

@Suite("How a Raspberry Pi is")
struct PiSensorsTests {
    /// A Pi 5 whose firmware says these things.
    private func pi(throttled: String = "throttled=0x0", adc: String = "") throws -> FakeTree {
        let tree = try FakeTree()
        try tree.write("/proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
        try tree.write("/sys/class/thermal/thermal_zone0/temp", "61250\n")
        try tree.write(
            "/proc/meminfo",
            "MemTotal: 8245632 kB\nMemAvailable: 1048576 kB\nSwapTotal: 524272 kB\nSwapFree: 524016 kB\n")
        try tree.write(
            "/usr/bin/vcgencmd",
            "#!/bin/sh\ncase $1 in get_throttled) echo '\(throttled)';; pmic_read_adc) printf '%s\\n' '\(adc)';; esac\n",
            mode: 0o755)
        return tree
    }

    @Test("all that it tells is read")
    func everything() async throws {
        let tree = try pi(
            throttled: "throttled=0x50005",
            adc: "  3V3_SYS_A current(1)=0.5A\n  3V3_SYS_V volt(9)=3.3V\n  VDD_CORE_A current(7)=2.0A\n"
                + "  VDD_CORE_V volt(15)=0.85V\n  EXT5V_V volt(24)=5.1V\n")
        try tree.write("/proc/pressure/memory", "some avg10=12.50 avg60=1.0 avg300=0.1 total=9\nfull avg10=1.0\n")
        let health = await PiSensors(root: tree.root).sample()
        #expect(health.model == "Raspberry Pi 5 Model B Rev 1.0")
        #expect(health.celsius == 61.25)
        #expect(health.throttling == [.underVoltage, .throttled, .underVoltageHappened, .throttledHappened])
        #expect(health.throttling?.now == [.underVoltage, .throttled])
        #expect(health.watts.map { abs($0 - 3.35) < 1e-9 } == true)
        #expect(health.memoryPressure == 12.5)
        #expect(health.availableMemoryBytes == 1 << 30 && health.totalMemoryBytes == 8_245_632 << 10)
        #expect(health.usedSwapBytes == 256 << 10)
    }

    @Test(
        "the voltage sensor tells of too weak a supply, with or without the firmware's word", arguments: [true, false])
    func voltageSensor(hasFirmware: Bool) async throws {
        let tree = try pi()
        if !hasFirmware { try tree.remove("/usr/bin/vcgencmd") }
        try tree.write("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
        try tree.write("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
        try tree.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
        #expect(await PiSensors(root: tree.root).sample().throttling == .underVoltage)
        try tree.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
        #expect(await PiSensors(root: tree.root).sample().throttling == [])
    }

    @Test("a machine that tells nothing has no figures, and hostile files none either")
    func nothing() async throws {
        let tree = try FakeTree()
        #expect(await PiSensors(root: tree.root).sample() == DeviceHealth())
        try tree.write("/sys/class/thermal/thermal_zone0/temp", "999999999999")
        try tree.write(
            "/proc/meminfo", "MemTotal: 99999999999999999999 kB\nMemAvailable: -1 kB\nSwapTotal:\nSwapFree: 5 kB\n")
        try tree.write("/proc/pressure/memory", "some avg10=nan\n")
        try tree.write("/usr/bin/vcgencmd", "#!/bin/sh\necho error=1 error_msg=no; exit 255\n", mode: 0o755)
        #expect(await PiSensors(root: tree.root).sample() == DeviceHealth())
    }
}

@Suite("What Linux tells of the machine")
struct LinuxSensorsTests {
    @Test("the uptime is read, and one that no machine can have is none")
    func uptime() throws {
        let tree = try FakeTree()
        try tree.write("/proc/uptime", "12345.67 9.5\n")
        #expect(LinuxSensors(root: tree.root).uptime == .seconds(12_345))
        for text in ["nan 1", "-5 1", "1e300 1", "soon"] {
            try tree.write("/proc/uptime", text)
            #expect(LinuxSensors(root: tree.root).uptime == nil)
        }
    }

    @Test("the load is the share of the time since the last reading in which something ran")
    func load() throws {
        let first = try #require(ProcessorLoad.counts(Data("cpu  100 0 50 800 50 0 0 0 9 9\ncpu0 1".utf8)))
        #expect(first.busy == 150 && first.all == 1_000)
        #expect(ProcessorLoad.counts(Data("cpu0 1 2 3 4 5".utf8)) == nil)
        #expect(ProcessorLoad.counts(Data("cpu 1 2 -3 4 5".utf8)) == nil)
        var load = ProcessorLoad()
        #expect(load.share() == nil)
    }
}

extension FakeTree {
    fileprivate var root: SystemRoot { SystemRoot(path) }
}
