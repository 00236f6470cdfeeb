public import AssistantCore
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// Reads how a Raspberry Pi is. On another machine most of it is absent.
public struct PiSensors: Sendable {
    private let root: HatRoot
    /// `nil` where there is none.
    private let vcgencmd: String?

    public init(root: HatRoot) {
        self.root = root
        vcgencmd = ["/usr/bin/vcgencmd", "/opt/vc/bin/vcgencmd"].first { root.exists($0) }.map { root.place($0) }
    }

    /// Reads a few small files, and asks the firmware where there is one. Takes some milliseconds.
    public func sample() async -> DeviceHealth {
        var health = DeviceHealth()
        health.model = root.text("/proc/device-tree/model").map { TerminalText.sanitised($0) }
        health.celsius = root.text("/sys/class/thermal/thermal_zone0/temp").flatMap { Int($0) }
            .map { Double($0) / 1000 }.flatMap { (-60...200).contains($0) ? $0 : nil }
        readMemory(&health)
        health.throttling = await throttling()
        health.watts = await told("pmic_read_adc").flatMap { PowerRails($0).watts }
        return health
    }

    private func readMemory(_ health: inout DeviceHealth) {
        if let table = root.text("/proc/meminfo").map({ MemoryTable($0) }) {
            health.totalMemoryBytes = table.bytes("MemTotal")
            health.availableMemoryBytes = table.bytes("MemAvailable")
            if let total = table.bytes("SwapTotal"), let free = table.bytes("SwapFree"), free <= total {
                health.usedSwapBytes = total - free
            }
        }
        // Only there where the kernel was started with psi=1.
        health.memoryPressure = root.text("/proc/pressure/memory")?.split(separator: "\n").first.flatMap { line in
            line.split(separator: " ").first { $0.hasPrefix("avg10=") }.flatMap { Double($0.dropFirst(6)) }
        }.flatMap { (0...100).contains($0) ? $0 : nil }
    }

    /// The firmware's word, and that of the voltage sensor beside it.
    private func throttling() async -> Throttling? {
        var bits: Throttling?
        if let told = await told("get_throttled"), told.hasPrefix("throttled=0x"),
            let number = UInt32(told.dropFirst("throttled=0x".count), radix: 16)
        {
            bits = Throttling(rawValue: number)
        }
        for sensor in root.names(in: "/sys/class/hwmon").prefix(32) {
            let directory = "/sys/class/hwmon/\(sensor)"
            guard root.text(directory + "/name") == "rpi_volt", let alarm = root.text(directory + "/in0_lcrit_alarm")
            else { continue }
            bits = (bits ?? []).union(alarm == "1" ? .underVoltage : [])
        }
        return bits
    }

    /// What the firmware answers; `nil` where there is none, or it does not.
    private func told(_ question: String) async -> String? {
        guard let vcgencmd else { return nil }
        let answer = try? await run(
            .path(FilePath(vcgencmd)), arguments: [question], output: .string(limit: 1 << 14))
        guard let answer, answer.terminationStatus.isSuccess else { return nil }
        return answer.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
