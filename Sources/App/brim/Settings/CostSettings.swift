import AssistantCore
import CostModel

/// What this device and the cloud's contract cost, as far as somebody says so (`cost.…`). There are no defaults: what
/// nobody gave is not in a sum.
struct CostSettings: Sendable {
    var hardware: Known<Money>
    var lifetimeMonths: Known<Int>
    /// `missing` leaves the word to the sensors.
    var watts: Known<Double>
    var powerPrice: Known<Money>
    var upkeep: Known<Money>
    /// In [0, 1].
    var discount = 0.0
    var reserved = Money.zero
    var reservedInferences = 0

    init(_ values: SettingValues) throws {
        func known<Value>(_ key: String, _ flag: String, _ read: (String) throws -> Value?) throws -> Known<Value> {
            guard let value = try read(key) else { return .missing(remedy: "\(flag) or \(key)") }
            return .given(value, by: values.origin(of: key) ?? key)
        }
        hardware = try known("cost.hardware", "--hardware", values.money)
        lifetimeMonths = try known("cost.lifetime_months", "--lifetime-months") { try values.int($0, in: 1...600) }
        watts = try known("cost.watts", "--watts") { try values.double($0, in: 0...10_000) }
        powerPrice = try known("cost.power_price", "--power-price", values.money)
        upkeep = try known("cost.upkeep", "--upkeep", values.money)
        if let percent = try values.double("cost.discount_percent", in: 0...100) { discount = percent / 100 }
        reserved = try values.money("cost.reserved") ?? .zero
        reservedInferences = try values.int("cost.reserved_inferences", in: 0...1_000_000_000) ?? 0
    }
}
