import AssistantCore

/// Typed values by key: the first place that has one decides, but for locks, which hold wherever they stand, and for lists
/// of what stays, to which every place adds. A value of another kind is an error that says where it stands, also where
/// another place decides; what the value is, it does not say.
struct SettingValues: Sendable, Equatable {
    /// What goes over the others first.
    let layers: [SettingLayer]

    /// What the operator of the machine has set, without what anybody said over it.
    var ofSystem: SettingValues { SettingValues(layers: layers.filter(\.isSystem)) }

    /// Throws the first thing in any of the places that cannot be.
    func check() throws {
        if let problem = layers.compactMap(\.problem).first { throw CommandFailure(problem) }
    }

    /// Whether a place says local-only, or the system's file that the cloud may not be asked.
    var isLocked: Bool {
        value(of: "local_only").flatMap(Self.truth) == true
            || ofSystem.value(of: "cloud.allow").flatMap(Self.truth) == false
    }

    /// Where a value comes from; `nil` where the default holds.
    func origin(of key: String) -> String? {
        let origins = deciding(key).map { $0.origin(of: key) }
        return origins.isEmpty ? nil : origins.joined(separator: ", ")
    }

    /// What is set; `nil` where the default holds.
    func value(of key: String) -> SettingLayer.Value? {
        let values = deciding(key).compactMap { $0.values[key] }
        guard values.count > 1 else { return values.first }
        var items: [String] = []
        for item in values.flatMap(\.items) where !items.contains(item) { items.append(item) }
        return .list(items)
    }

    /// The places whose values count.
    private func deciding(_ key: String) -> [SettingLayer] {
        let having = layers.filter { $0.values[key] != nil }
        switch Setting.byKey[key]?.combination ?? .highest {
        case .highest: return Array(having.prefix(1))
        case .adds: return having
        case .locks(let locked, let isSystemOnly):
            let lock = having.first { layer in
                (layer.isSystem || !isSystemOnly) && layer.values[key].flatMap(Self.truth) == locked
            }
            return Array([lock, having.first].compactMap(\.self).prefix(1))
        }
    }

    func string(_ key: String) throws -> String? {
        switch value(of: key) {
        case nil, .text(""): nil
        case .text(let text): text
        case .list: throw wrong(key, "one value, not a list")
        }
    }

    func strings(_ key: String) -> [String] { value(of: key)?.items ?? [] }

    func bool(_ key: String) throws -> Bool? {
        try parsed(key, "true or false", Self.truth)
    }

    /// As YAML 1.1 has it, which is what people write.
    private static func truth(_ text: String) -> Bool? {
        ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][text.lowercased()]
    }

    private static func truth(_ value: SettingLayer.Value) -> Bool? {
        if case .text(let text) = value { truth(text) } else { nil }
    }

    func int(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        try parsed(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func double(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        try parsed(key, "a number from \(range.lowerBound) to \(range.upperBound)") {
            Double($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func money(_ key: String) throws -> Money? {
        try parsed(key, "US dollars such as 2.50") { Money(decimal: $0).flatMap { $0 >= .zero ? $0 : nil } }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice?
    where Choice.RawValue == String {
        try parsed(key, "one of: " + Choice.allCases.map(\.rawValue).joined(separator: ", ")) { Choice(rawValue: $0) }
    }

    /// The value that counts, after all places' values were found to be of the kind. An empty text counts as none only
    /// where `""` could stand for a text.
    func parsed<Value>(_ key: String, _ kind: String, _ parse: (String) -> Value?) throws -> Value? {
        for layer in layers {
            switch layer.values[key] {
            case nil: continue
            case .text(let text) where parse(text) != nil: continue
            case .text: throw wrong(key, kind, at: layer)
            case .list: throw wrong(key, "one value, not a list", at: layer)
            }
        }
        return try string(key).flatMap(parse)
    }

    /// The error of a value that cannot be. It does not say what the value is: that may be a secret, and the screen on which
    /// it is read a public one.
    func wrong(_ key: String, _ demand: String) -> CommandFailure {
        CommandFailure("\(origin(of: key) ?? "the configuration"): \(key) has to be \(demand)")
    }

    private func wrong(_ key: String, _ demand: String, at layer: SettingLayer) -> CommandFailure {
        CommandFailure("\(layer.origin(of: key)): \(key) has to be \(demand)")
    }
}
