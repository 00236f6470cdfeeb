/// A figure, and where it comes from. What was neither measured nor given has no value, and says what gives it one.
package enum Known<Value: Sendable & Hashable>: Sendable, Hashable {
    /// How it was measured: `mean of 212 samples at the end of answers`.
    case measured(Value, how: String)
    /// Who says so: `--watts`, `/etc/brim/config.yaml:12`.
    case given(Value, by: String)
    /// What gives it: `--watts`.
    case missing(remedy: String)

    package var value: Value? {
        switch self {
        case .measured(let value, _), .given(let value, _): value
        case .missing: nil
        }
    }

    /// Where it comes from, in words.
    package var source: String {
        switch self {
        case .measured(_, let how): "measured: \(how)"
        case .given(_, let place): "given: \(place)"
        case .missing(let remedy): "not measured; \(remedy) gives it"
        }
    }

    /// The same with another value.
    package func map<Other>(_ change: (Value) -> Other) -> Known<Other> {
        switch self {
        case .measured(let value, let how): .measured(change(value), how: how)
        case .given(let value, let place): .given(change(value), by: place)
        case .missing(let remedy): .missing(remedy: remedy)
        }
    }
}
