/// What Linux tells every program of the machine: small files, and no program is started. What cannot be read is unknown.
package struct LinuxSensors: Sendable {
    private let root: SystemRoot

    package init(root: SystemRoot = SystemRoot()) { self.root = root }

    /// Of the processor.
    package var celsius: Double? {
        root.text("/sys/class/thermal/thermal_zone0/temp").flatMap { Int($0) }
            .map { Double($0) / 1000 }.flatMap { (-60...200).contains($0) ? $0 : nil }
    }

    package var memory: MemoryTable? { root.text("/proc/meminfo").map { MemoryTable($0) } }

    /// Since the machine was started.
    package var uptime: Duration? {
        root.text("/proc/uptime")?.split(separator: " ").first.flatMap { Double($0) }
            .flatMap { (0..<1e12).contains($0) ? .seconds(Int64($0)) : nil }
    }
}

/// `/proc/meminfo`.
package struct MemoryTable: Sendable {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\n") }

    /// `nil` for a line that is not there, or holds no sum that a machine could have.
    package func bytes(_ name: String) -> Int? {
        guard let line = lines.first(where: { $0.hasPrefix(name + ":") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            (0..<(1 << 40)).contains(kilobytes)
        else { return nil }
        return kilobytes * 1024
    }
}
