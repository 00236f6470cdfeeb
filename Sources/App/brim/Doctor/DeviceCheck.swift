import DeviceSensors
import AssistantCore
import Foundation
import LocalInference
import Routing

/// The machine itself: processor, kernels, heat, power, memory.
struct DeviceCheck {
    private let root = SystemRoot(environment: ProcessInfo.processInfo.environment)

    func findings() async -> [Finding] {
        let health = await PiSensors(root: root).sample()
        return [
            Finding("machine", .ok, (health.model ?? "not a Raspberry Pi") + ", \(processors) processors."),
            Finding("kernels", .ok, "\(LocalModel.kernels); the processor has \(features)."),
        ] + [temperature(health), power(health), memory(health)].compactMap(\.self)
    }

    private var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Of what the kernels could use, in the kernel's words.
    private var features: String {
        let known = [
            "asimddp", "asimdhp", "i8mm", "bf16", "sve", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx_vnni",
        ]
        let text = FileManager.default.contents(atPath: "/proc/cpuinfo").map { String(decoding: $0, as: UTF8.self) }
        let line = (text ?? "").split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }
        let words = Set((line ?? "").split(separator: " ").map(String.init))
        let found = known.filter(words.contains)
        return found.isEmpty ? "nothing more" : found.joined(separator: ", ")
    }

    private func temperature(_ health: DeviceHealth) -> Finding? {
        guard let celsius = health.celsius else { return nil }
        let sentence = "\(Int(celsius.rounded())) °C."
        return DeviceImpediment.all(in: health).contains { if case .overheating = $0 { true } else { false } }
            ? Finding("temperature", .warning, sentence, nextStep: "fit a cooler, or give it air")
            : Finding("temperature", .ok, sentence)
    }

    private func power(_ health: DeviceHealth) -> Finding? {
        let watts = health.watts.map { String(format: " It takes %.1f W.", $0) } ?? ""
        guard let bits = health.throttling else { return watts.isEmpty ? nil : Finding("power", .ok, "Known." + watts) }
        if bits.contains(.underVoltage) {
            return Finding(
                "power", .failure, "The supply is too weak now.\(watts)", nextStep: "use a 27 W USB-C supply")
        }
        if !bits.now.isEmpty {
            return Finding("power", .warning, "The clock is held down now.\(watts)", nextStep: "cool it, and wait")
        }
        if !bits.isEmpty {
            return Finding(
                "power", .warning, "Since it was switched on it was throttled, or its supply too weak.\(watts)",
                nextStep: "check supply and cooling; the mark goes away with a restart")
        }
        return Finding("power", .ok, "Never throttled since it was switched on.\(watts)")
    }

    private func memory(_ health: DeviceHealth) -> Finding? {
        guard let available = health.availableMemoryBytes, let total = health.totalMemoryBytes else { return nil }
        var sentence = "\(available >> 20) of \(total >> 20) MB available"
        if let swap = health.usedSwapBytes, swap > 0 { sentence += ", \(swap >> 20) MB swapped out" }
        if let pressure = health.memoryPressure { sentence += ", pressure \(Int(pressure.rounded())) %" }
        return DeviceImpediment.all(in: health).contains(.shortOfMemory)
            ? Finding("memory", .warning, sentence + ".", nextStep: "close other programs, or take a smaller model")
            : Finding("memory", .ok, sentence + ".")
    }
}
