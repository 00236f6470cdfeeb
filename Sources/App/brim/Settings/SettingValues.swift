import AssistantCore

/// Typed values by key: the first place that has one decides. A value of another kind is an error that says where it
/// stands.
struct SettingValues: Sendable {
    /// What goes over the others first.
    let layers: [SettingLayer]

    /// Where a value comes from; `nil` where the default holds.
    func origin(of key: String) -> String? {
        layer(of: key)?.origin(of: key)
    }

    /// What is set; `nil` where the default holds.
    func value(of key: String) -> SettingLayer.Value? {
        layer(of: key)?.values[key]
    }

    private func layer(of key: String) -> SettingLayer? {
        layers.first { $0.values[key] != nil }
    }

    func string(_ key: String) throws -> String? {
        switch value(of: key) {
        case nil, .text(""): nil
        case .text(let text): text
        case .list: throw wrong(key, "one value, not a list")
        }
    }

    func strings(_ key: String) -> [String] {
        switch value(of: key) {
        case nil, .text(""): []
        case .text(let text):
            text.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
        case .list(let items): items
        }
    }

    func bool(_ key: String) throws -> Bool? {
        try parsed(key, "true or false") {
            ["true": true, "yes": true, "false": false, "no": false][$0.lowercased()]
        }
    }

    func int(_ key: String) throws -> Int? { try parsed(key, "a whole number") { Int($0) } }

    func int(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        try parsed(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func double(_ key: String) throws -> Double? { try parsed(key, "a number") { Double($0) } }

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

    private func parsed<Value>(_ key: String, _ kind: String, _ parse: (String) -> Value?) throws -> Value? {
        guard let text = try string(key) else { return nil }
        guard let value = parse(text) else { throw wrong(key, "\(kind), not \"\(text)\"") }
        return value
    }

    /// The error of a value that cannot be.
    func wrong(_ key: String, _ demand: String) -> CommandFailure {
        CommandFailure("\(origin(of: key) ?? "the configuration"): \(key) has to be \(demand)")
    }
}
