internal import Foundation
internal import Synchronization

/// Hands on what was recorded, from time to time: to a file, to a collector, or both. Off the way of every turn.
package final class TelemetryReporter: Sendable {
    package let registry = MetricRegistry()
    package let spans = SpanRecorder()
    private let text: PrometheusText
    private let message: OTLPMessage
    private let file: TextfileWriter?
    private let sender: OTLPSender?
    private let start = TelemetryReporter.now
    private let work = Mutex<Task<Void, Never>?>(nil)
    private let lastProblem = Mutex<TelemetryError?>(nil)

    /// - Parameter resource: what is so of all that this device reports, by its name in the conventions.
    package init(file: TextfileWriter?, sender: OTLPSender?, resource: [MetricLabel], version: String) {
        self.file = file
        self.sender = sender
        text = PrometheusText(resource: resource.filter { $0.name.hasPrefix("brim.") })
        message = OTLPMessage(resource: resource, version: version)
    }

    /// Why the last report did not arrive; `nil` where it did.
    package var problem: TelemetryError? { lastProblem.withLock { $0 } }

    private static var now: UInt64 { UInt64(max(0, Date().timeIntervalSince1970 * 1e9)) }

    /// Reports every so often until ``close()``.
    ///
    /// - Parameter observe: brings gauges up to date; called before each report.
    package func begin(every interval: Duration, observe: @escaping @Sendable () -> Void) {
        let task = Task(priority: .background) { [self] in
            while !Task.isCancelled {
                observe()
                await report()
                do { try await Task.sleep(for: interval) } catch { break }
            }
            observe()
        }
        work.withLock { $0 = task }
    }

    /// Reports a last time, and takes the file away.
    package func close() async {
        let task = work.withLock { work in
            defer { work = nil }
            return work
        }
        task?.cancel()
        await task?.value
        // Nobody waits for a collector that is away when a program ends.
        await report(within: .seconds(1))
        file?.remove()
        await sender?.shutDown()
    }

    /// Reports now. What a collector does not take of the spans is sent again next time.
    package func report(within timeout: Duration = .seconds(10)) async {
        var problem: TelemetryError?
        do {
            try file?.write(text.text(of: registry))
        } catch {
            problem = error
        }
        if let sender {
            let records = spans.take()
            do {
                try await sender.send(message.metrics(registry, since: start, at: Self.now), "metrics", within: timeout)
                if !records.isEmpty { try await sender.send(message.spans(records), "traces", within: timeout) }
            } catch {
                spans.giveBack(records)
                problem = error as? TelemetryError ?? TelemetryError(.unreachable, "\(error)", underlying: error)
            }
        }
        lastProblem.withLock { $0 = problem }
    }
}
