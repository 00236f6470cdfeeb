/// How this device is doing; what nobody measured is `nil`.
package struct DeviceState: Sendable, Hashable {
    package var celsius: Double?
    package var uptime: Duration?
    package var availableMemoryBytes: Int?
    package var totalMemoryBytes: Int?

    package init(
        celsius: Double? = nil, uptime: Duration? = nil, availableMemoryBytes: Int? = nil, totalMemoryBytes: Int? = nil
    ) {
        self.celsius = celsius
        self.uptime = uptime
        self.availableMemoryBytes = availableMemoryBytes
        self.totalMemoryBytes = totalMemoryBytes
    }

    /// `nil` where the question is another one, or what it asks for was not measured.
    func answer(_ question: Question) -> ExactAnswer? {
        let ignored = ["the", "your", "this", "you", "currently", "right", "now", "current", "of"]
        guard question.asked.allSatisfy(\.isWord) else { return nil }
        let asked = question.asked.map(\.text).filter { !ignored.contains($0) }
        return sentence(asked.joined(separator: " ")).map { ExactAnswer(.device, $0) }
    }

    private func sentence(_ asked: String) -> String? {
        switch asked {
        case "how hot is device", "how hot is cpu", "how warm is device", "cpu temperature", "device temperature",
            "temperature device", "temperature cpu":
            return celsius.map { "The processor is at \(Int($0.rounded())) °C." }
        case "uptime", "device uptime", "uptime device", "how long has device been on",
            "how long has device been running",
            "how long have been running":
            return uptime.map { "The device has been running for \($0.inWords)." }
        case "how much memory is free", "how much memory is available", "how much memory is left", "free memory":
            return availableMemoryBytes.map { "\($0 / 1_000_000) MB of memory are free." }
        case "how much memory does device have", "how much memory is there", "how much memory do have":
            return totalMemoryBytes.map { "The device has \($0 / 1_000_000) MB of memory." }
        default: return nil
        }
    }
}

extension Duration {
    /// The two largest units: `3 days and 4 hours`, `12 minutes`.
    fileprivate var inWords: String {
        let seconds = max(0, components.seconds)
        let units: [(name: String, count: Int64)] = [
            ("day", seconds / 86_400), ("hour", seconds / 3_600 % 24), ("minute", seconds / 60 % 60),
            ("second", seconds % 60),
        ]
        let first = units.firstIndex { $0.count > 0 } ?? units.count - 1
        return units[first...].prefix(2).filter { $0.count > 0 || first == units.count - 1 }
            .map { "\($0.count) \($0.name)\($0.count == 1 ? "" : "s")" }.joined(separator: " and ")
    }
}
