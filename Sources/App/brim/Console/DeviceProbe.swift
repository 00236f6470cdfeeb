import AssistantCore
import ExactTools
import Foundation

/// How this device is doing, from what Linux tells every program. What cannot be read is unknown.
enum DeviceProbe {
    static func state() -> DeviceState {
        var state = DeviceState()
        if let text = text("/proc/uptime"), let seconds = text.split(separator: " ").first.flatMap({ Double($0) }),
            (0..<1e12).contains(seconds)
        {
            state.uptime = .seconds(Int64(seconds))
        }
        if let text = text("/proc/meminfo") {
            state.availableMemoryBytes = kilobytes("MemAvailable:", in: text).map { $0 * 1_024 }
            state.totalMemoryBytes = kilobytes("MemTotal:", in: text).map { $0 * 1_024 }
        }
        if let text = text("/sys/class/thermal/thermal_zone0/temp"),
            let thousandths = Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
        {
            state.celsius = Double(thousandths) / 1_000
        }
        return state
    }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix(16_384), as: UTF8.self) }
    }

    private static func kilobytes(_ name: String, in text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.flatMap {
            (0..<(1 << 40)).contains($0) ? $0 : nil
        }
    }
}

/// The time zone of this device as the C library reads it from `TZ`: a name, a name behind a colon, a file, or the rules
/// themselves (`CET-1CEST,M3.5.0,M10.5.0/3`). Foundation knows the first alone, and takes UTC for the rest.
enum LocalTime {
    /// How far local time is ahead of UTC at a moment.
    static func offset(at moment: Timestamp) -> Duration {
        var seconds = time_t(moment.millisecondsSince1970 / 1_000)
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return .zero }
        return unsafe .seconds(local.tm_gmtoff)
    }
}
