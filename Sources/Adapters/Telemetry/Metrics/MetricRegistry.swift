internal import Synchronization
package import CoreMetrics

/// What swift-metrics records into: every series of the metrics in ``MetricDefinition``, and no other.
package final class MetricRegistry: MetricsFactory {
    private struct Key: Hashable {
        let name: String
        let labels: [MetricLabel]
    }

    /// Labels come from a few models and reasons; what has more is a mistake that must not fill the memory.
    private static let mostSeries = 2_000

    private let all = Mutex<[Key: MetricSeries]>([:])

    package init() {}

    /// Sorted by name and labels.
    var series: [MetricSeries] {
        all.withLock { Array($0.values) }.sorted { one, other in
            one.definition.name == other.definition.name
                ? one.labels.lexicographicallyPrecedes(other.labels) : one.definition.name < other.definition.name
        }
    }

    /// `nil` where there is no such metric.
    private func series(_ label: String, _ dimensions: [(String, String)]) -> MetricSeries? {
        guard let definition = MetricDefinition.byName[label] else { return nil }
        let labels = dimensions.map { MetricLabel($0.0, $0.1) }.sorted()
        return all.withLock { all in
            if let found = all[Key(name: label, labels: labels)] { return found }
            guard all.count < Self.mostSeries else { return nil }
            let new = MetricSeries(definition, labels)
            all[Key(name: label, labels: labels)] = new
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        guard let series = (handler as? SeriesHandler)?.series else { return }
        all.withLock { $0[Key(name: series.definition.name, labels: series.labels)] = nil }
    }

    // MARK: swift-metrics

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        SeriesHandler(series(label, dimensions))
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        SeriesHandler(series(label, dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        SeriesHandler(series(label, dimensions))
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        SeriesHandler(series(label, dimensions))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        SeriesHandler(series(label, dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}

/// Hands on to a series; to none where the metric is not one of the table.
private final class SeriesHandler: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler
{
    let series: MetricSeries?

    init(_ series: MetricSeries?) { self.series = series }

    func increment(by amount: Int64) { series?.take(Double(amount)) }
    func increment(by amount: Double) { series?.add(amount) }
    func decrement(by amount: Double) { increment(by: -amount) }
    func reset() { series?.reset() }
    func set(_ value: Int64) { series?.take(Double(value)) }
    func set(_ value: Double) { series?.take(value) }
    func record(_ value: Int64) { series?.take(Double(value)) }
    func record(_ value: Double) { series?.take(value) }
    func recordNanoseconds(_ duration: Int64) { series?.take(Double(duration) / 1e9) }
}
