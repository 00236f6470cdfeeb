package import AssistantCore
internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// Reads how a Raspberry Pi is. On another machine most of it is absent.
package struct PiSensors: Sendable {
    private let root: SystemRoot
    private let linux: LinuxSensors
    /// `nil` where there is none.
    private let vcgencmd: String?

    package init(root: SystemRoot) {
        self.root = root
        linux = LinuxSensors(root: root)
        vcgencmd = ["/usr/bin/vcgencmd", "/opt/vc/bin/vcgencmd"].first { root.exists($0) }.map { root.place($0) }
    }

    /// Reads a few small files, and asks the firmware where there is one. Takes some milliseconds.
    package func sample() async -> DeviceHealth {
        var health = DeviceHealth()
        health.model = root.text("/proc/device-tree/model").map { TerminalText.sanitised($0) }
        health.celsius = linux.celsius
        readMemory(&health)
        health.throttling = await throttling()
        health.watts = await firmwareAnswer("pmic_read_adc").flatMap { PowerRails($0).watts }
        return health
    }

    private func readMemory(_ health: inout DeviceHealth) {
        if let table = linux.memory {
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
        if let firmwareAnswer = await firmwareAnswer("get_throttled"), firmwareAnswer.hasPrefix("throttled=0x"),
            let number = UInt32(firmwareAnswer.dropFirst("throttled=0x".count), radix: 16)
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
    private func firmwareAnswer(_ question: String) async -> String? {
        guard let vcgencmd else { return nil }
        let answer = try? await run(
            .path(FilePath(vcgencmd)), arguments: [question], environment: .minimal(),
            output: .string(limit: 1 << 14))
        guard let answer, answer.terminationStatus.isSuccess else { return nil }
        return answer.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// `vcgencmd pmic_read_adc`: a line for the current and one for the voltage of each rail.
struct PowerRails {
    private var amperes: [Substring: Double] = [:]
    private var volts: [Substring: Double] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let sign = words[1].lastIndex(of: "="),
                let value = Double(words[1][words[1].index(after: sign)...].dropLast()), (0...1000).contains(value)
            else { continue }
            if words[0].hasSuffix("_A") { amperes[words[0].dropLast(2)] = value }
            if words[0].hasSuffix("_V") { volts[words[0].dropLast(2)] = value }
        }
    }

    /// The sum over the rails; `nil` where no rail tells both.
    var watts: Double? {
        let rails = amperes.compactMap { name, current in volts[name].map { $0 * current } }
        return rails.isEmpty ? nil : rails.reduce(0, +)
    }
}
