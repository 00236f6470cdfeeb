internal import Synchronization

/// One series of a metric: its name with labels, and what was recorded.
final class MetricSeries: Sendable {
    struct Value: Sendable, Hashable {
        /// Of a counter or a gauge; of a histogram, the sum.
        var number = 0.0
        /// Of a histogram: how many fell into each bucket.
        var buckets: [UInt64] = []

        var count: UInt64 { buckets.reduce(0, &+) }
    }

    let definition: MetricDefinition
    /// In the order of their names.
    let labels: [MetricLabel]
    private let state: Mutex<Value>

    init(_ definition: MetricDefinition, _ labels: [MetricLabel]) {
        self.definition = definition
        self.labels = labels
        var value = Value()
        if case .histogram(let bounds) = definition.kind {
            value.buckets = [UInt64](repeating: 0, count: bounds.count + 1)
        }
        state = Mutex(value)
    }

    var value: Value { state.withLock { $0 } }

    /// Counts up, sets a gauge or takes an observation of a histogram; what is no number is left out.
    func take(_ number: Double) {
        guard number.isFinite else { return }
        state.withLock { state in
            switch definition.kind {
            case .counter: if number > 0 { state.number += number }
            case .gauge: state.number = number
            case .histogram(let bounds):
                state.number += number
                state.buckets[bounds.firstIndex { number <= $0 } ?? bounds.count] &+= 1
            }
        }
    }

    /// Counts up, or moves a gauge.
    func add(_ amount: Double) {
        guard definition.kind == .gauge else { return take(amount) }
        guard amount.isFinite else { return }
        state.withLock { $0.number += amount }
    }

    func reset() {
        state.withLock { state in
            state.number = 0
            state.buckets = state.buckets.map { _ in 0 }
        }
    }
}

/// A name with its value; neither is ever a text that somebody said.
package struct MetricLabel: Sendable, Hashable, Comparable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = String(value.prefix(200))
    }

    package static func < (one: MetricLabel, other: MetricLabel) -> Bool {
        (one.name, one.value) < (other.name, other.value)
    }
}
