public import AssistantCore

extension DeviceImpediment {
    /// From here on a Raspberry Pi slows itself down.
    static let hotCelsius = 80.0
    /// Less than this leaves no room for a context.
    static let leastMemoryBytes = 96 << 20
    /// The share of time lost to waiting for memory, in percent, from which on answers crawl.
    static let mostMemoryPressure = 20.0

    /// What a device's health has against an answer on it; empty where it is well.
    public static func all(in health: DeviceHealth) -> [DeviceImpediment] {
        var found: [DeviceImpediment] = []
        if let celsius = health.celsius, celsius >= hotCelsius { found.append(.overheating(celsius: Int(celsius))) }
        if let now = health.throttling?.now, !now.isDisjoint(with: [.capped, .throttled, .softLimit]) {
            found.append(.throttled)
        }
        if health.throttling?.contains(.underVoltage) == true { found.append(.underVoltage) }
        let isShort = health.availableMemoryBytes.map { $0 < leastMemoryBytes } ?? false
        let isPressed = health.memoryPressure.map { $0 >= mostMemoryPressure } ?? false
        if isShort || isPressed { found.append(.shortOfMemory) }
        return found
    }
}
