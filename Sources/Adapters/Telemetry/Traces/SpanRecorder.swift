internal import Synchronization
package import Tracing

/// What swift-distributed-tracing records into: the last spans that have ended, until somebody takes them.
package final class SpanRecorder: Tracer {
    /// More than these are given up, the oldest first: who takes them may be away.
    private static let most = 1_024

    private let ended = Mutex<[RecordedSpan.Record]>([])

    package init() {}

    /// All that have ended since it was last asked.
    func take() -> [RecordedSpan.Record] {
        ended.withLock { ended in
            defer { ended = [] }
            return ended
        }
    }

    /// Gives back what could not be sent: it comes before what has ended since.
    func giveBack(_ records: [RecordedSpan.Record]) {
        ended.withLock { $0 = Array((records + $0).suffix(Self.most)) }
    }

    fileprivate func add(_ record: RecordedSpan.Record) {
        ended.withLock { ended in
            ended.append(record)
            if ended.count > Self.most { ended.removeFirst() }
        }
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RecordedSpan {
        RecordedSpan(
            operationName, under: context(), kind, from: instant().nanosecondsSinceEpoch
        ) { [weak self] in
            self?.add($0)
        }
    }

    package func startAnySpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> any Span {
        startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID, line: line
        )
    }

    package func forceFlush() {}

    /// Nothing comes from elsewhere, and nothing about a turn is told to a server that is asked.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}
}

/// One span: a name, two moments and figures.
package final class RecordedSpan: Span {
    struct Record: Sendable {
        var name: String
        let trace: [UInt8]
        let span: [UInt8]
        let parent: [UInt8]
        let kind: SpanKind
        let start: UInt64
        var end: UInt64 = 0
        var attributes = SpanAttributes()
        var isError: Bool?
    }

    private enum Parent: InstrumentationContextKey {
        struct Value: Sendable {
            let trace: [UInt8]
            let span: [UInt8]
        }
    }

    package let context: InstrumentationContext
    private let state: Mutex<Record>
    private let onEnd: @Sendable (Record) -> Void

    fileprivate init(
        _ name: String, under context: InstrumentationContext, _ kind: SpanKind, from start: UInt64,
        onEnd: @escaping @Sendable (Record) -> Void
    ) {
        let parent = context[Parent.self]
        let record = Record(
            name: name, trace: parent?.trace ?? Self.identifier(16), span: Self.identifier(8),
            parent: parent?.span ?? [], kind: kind, start: start)
        var own = context
        own[Parent.self] = Parent.Value(trace: record.trace, span: record.span)
        self.context = own
        state = Mutex(record)
        self.onEnd = onEnd
    }

    private static func identifier(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...255) } }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package var isRecording: Bool { state.withLock { $0.end == 0 } }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.isError = status.code == .error } }

    /// Events and links may hold words; none is kept.
    package func addEvent(_ event: SpanEvent) {}
    package func addLink(_ link: SpanLink) {}

    /// That there was one is kept, and not what it says.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.isError = true }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let moment = instant().nanosecondsSinceEpoch
        let record = state.withLock { record -> Record? in
            guard record.end == 0 else { return nil }
            record.end = max(moment, record.start)
            return record
        }
        if let record { onEnd(record) }
    }
}
