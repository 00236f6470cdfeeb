/// `/proc/meminfo`.
struct MemoryTable {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\n") }

    /// `nil` for a line that is not there, or holds no sum that a machine could have.
    func bytes(_ name: String) -> Int? {
        guard let line = lines.first(where: { $0.hasPrefix(name + ":") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            (0..<(1 << 40)).contains(kilobytes)
        else { return nil }
        return kilobytes * 1024
    }
}
