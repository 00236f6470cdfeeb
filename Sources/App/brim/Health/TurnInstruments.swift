import AssistantCore
import Metrics
import Synchronization
import Telemetry
import Tracing

/// Makes metrics and a tree of spans of each turn, beside the log of them: figures, names of models and codes of reasons.
struct TurnInstruments: VerdictLog {
    private let log: any MetricsLog
    private let registry: MetricRegistry
    private let spans: SpanRecorder
    /// The model that answers on this device.
    private let localModel: String
    /// Returns once the answer was said; `nil` where it is not said.
    private var speech: (@Sendable () async -> TurnSpeech?)?
    private let saying = Saying()

    /// The spans of a turn wait until its answer was said: one after the other, as answers are.
    private final class Saying: Sendable {
        private let last = Mutex<Task<Void, Never>?>(nil)

        func add(_ work: @escaping @Sendable () async -> Void) {
            last.withLock { last in
                last = Task { [before = last] in
                    await before?.value
                    await work()
                }
            }
        }

        func finish() async { await last.withLock { $0 }?.value }
    }

    init(_ log: any MetricsLog, _ reporter: TelemetryReporter, localModel: String) {
        self.log = log
        self.localModel = localModel
        registry = reporter.registry
        spans = reporter.spans
    }

    /// The same for a turn whose answer is said aloud.
    ///
    /// - Parameter speech: returns once it was said, or somebody wanted silence; `nil` where nothing was to be said.
    func saying(_ speech: @escaping @Sendable () async -> TurnSpeech?) -> TurnInstruments {
        var instruments = self
        instruments.speech = speech
        return instruments
    }

    /// Returns once every answer that is being said was said, and told of. Whoever closes a conversation silences it first.
    func finish() async { await saying.finish() }

    func record(_ turn: TurnMetrics) async throws {
        count(turn)
        if let speech {
            saying.add { trace(turn, await speech()) }
        } else {
            trace(turn, nil)
        }
        try await log.record(turn)
    }

    func turns(limit: Int) async throws -> [TurnMetrics] { try await log.turns(limit: limit) }

    func summary(since start: Timestamp) async throws -> MetricsSummary { try await log.summary(since: start) }

    func judge(isRight: Bool) {
        counter("brim.verdicts", [("verdict", isRight ? "right" : "wrong")])
        (log as? any VerdictLog)?.judge(isRight: isRight)
    }

    // MARK: Metrics

    private func count(_ turn: TurnMetrics) {
        let ending = turn.ending?.rawValue ?? "unknown"
        counter("brim.turns", [("route", turn.route.rawValue), ("ending", ending)])
        if turn.route == .cloud { counter("brim.escalations", [("reason", turn.reason ?? "unknown")]) }
        if turn.route == .cache { counter("brim.cache.hits", []) }
        if turn.isUnsure == true { counter("brim.unsure", []) }
        if let cost = turn.costMicroUSD, cost > 0 {
            FloatingPointCounter(label: "brim.cost.usd", dimensions: [], factory: registry)
                .increment(by: Double(cost) / 1e6)
        }
        if let confidence = turn.confidence { record(confidence, "brim.confidence", []) }
        record(turn.total, "gen_ai.invoke_agent.duration", [("brim.route", turn.route.rawValue)])
        for operation in Operation.all(of: turn, localModel: localModel) {
            record(operation.duration, "gen_ai.client.operation.duration", operation.labels)
            record(operation.firstChunk, "gen_ai.client.operation.time_to_first_chunk", operation.labels)
            for (type, tokens) in [("input", operation.inputTokens), ("output", operation.outputTokens)] {
                guard let tokens else { continue }
                record(
                    Double(tokens), "gen_ai.client.token.usage", operation.labels + [("gen_ai.token.type", type)])
            }
        }
    }

    private func counter(_ name: String, _ labels: [(String, String)]) {
        Counter(label: name, dimensions: labels, factory: registry).increment()
    }

    private func record(_ value: Double, _ name: String, _ labels: [(String, String)]) {
        Recorder(label: name, dimensions: labels, aggregate: true, factory: registry).record(value)
    }

    private func record(_ duration: Duration?, _ name: String, _ labels: [(String, String)]) {
        guard let duration else { return }
        record(duration.inSeconds, name, labels)
    }

    // MARK: Spans

    /// - Parameter speech: how the answer was said; `nil` where it was not.
    private func trace(_ turn: TurnMetrics, _ speech: TurnSpeech?) {
        guard let total = turn.total else { return }
        let start = Moment(turn.startedAt)
        let spoken = turn.transcription.map { Moment(start, $0 * -1) } ?? start
        let whole = spans.startSpan("invoke_agent brim", context: .topLevel, ofKind: .internal, at: spoken)
        whole.attributes["gen_ai.operation.name"] = "invoke_agent"
        whole.attributes["gen_ai.agent.name"] = "brim"
        let isInterrupted = turn.ending == .stopped || speech?.isInterrupted == true
        whole.attributes["gen_ai.agent.invocation.end_reason"] = isInterrupted ? "interrupted" : "completed"
        whole.attributes["brim.route"] = turn.route.rawValue
        if let reason = turn.reason { whole.attributes["brim.reason"] = reason }
        if let confidence = turn.confidence { whole.attributes["brim.confidence"] = confidence }
        if let isUnsure = turn.isUnsure { whole.attributes["brim.unsure"] = isUnsure }
        if turn.route == .refused || turn.ending == .broken {
            whole.setStatus(SpanStatus(code: .error))
            whole.attributes["error.type"] = turn.ending?.rawValue ?? "refused"
        }
        if turn.transcription != nil {
            let span = spans.startSpan("speech_to_text", context: whole.context, ofKind: .internal, at: spoken)
            span.attributes["gen_ai.operation.name"] = "speech_to_text"
            span.end(at: start)
        }
        let end = Moment(start, total)
        for operation in Operation.all(of: turn, localModel: localModel) {
            guard let duration = operation.duration else { continue }
            // The draft begins with the turn; what the cloud says ends with it.
            let begin = operation.isRemote ? max(start, Moment(end, duration * -1)) : start
            let span = spans.startSpan(
                "chat \(operation.model)", context: whole.context, ofKind: operation.isRemote ? .client : .internal,
                at: begin)
            for (name, value) in operation.labels { span.attributes[name] = value }
            if let tokens = operation.inputTokens { span.attributes["gen_ai.usage.input_tokens"] = Int64(tokens) }
            if let tokens = operation.outputTokens { span.attributes["gen_ai.usage.output_tokens"] = Int64(tokens) }
            if let first = operation.firstChunk {
                span.attributes["gen_ai.response.time_to_first_chunk"] = first.inSeconds
            }
            span.end(at: operation.isRemote ? end : min(end, Moment(begin, duration)))
        }
        whole.end(at: max(end, speech.map { trace($0, under: whole.context) } ?? end))
    }

    /// - Returns: when the last sound was out.
    private func trace(_ speech: TurnSpeech, under context: InstrumentationContext) -> Moment {
        let now = (onWall: Moment(.now), onClock: ContinuousClock.now)
        let span = spans.startSpan(
            "text_to_speech \(speech.voice)", context: context, ofKind: .internal,
            at: Moment(now.onWall, now.onClock.duration(to: speech.start)))
        span.attributes["gen_ai.operation.name"] = "text_to_speech"
        span.attributes["gen_ai.provider.name"] = "brim"
        span.attributes["gen_ai.request.model"] = speech.voice
        span.attributes["gen_ai.speech.voice"] = speech.voice
        span.attributes["gen_ai.output.type"] = "speech"
        if let first = speech.firstSound { span.attributes["gen_ai.response.time_to_first_chunk"] = first.inSeconds }
        if speech.isError {
            span.setStatus(SpanStatus(code: .error))
            span.attributes["error.type"] = "speaker"
        }
        let end = Moment(now.onWall, now.onClock.duration(to: speech.end))
        span.end(at: end)
        return end
    }

    /// What a model did in a turn.
    private struct Operation {
        var model: String
        var isRemote: Bool
        var duration: Duration?
        var firstChunk: Duration?
        var inputTokens: Int?
        var outputTokens: Int?

        var labels: [(String, String)] {
            [
                ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", isRemote ? "nebius" : "brim"),
                ("gen_ai.request.model", model),
            ]
        }

        /// The draft of this device and the answer of the cloud, as far as there were any. Tokens were counted for the one
        /// that the answer came from.
        static func all(of turn: TurnMetrics, localModel: String) -> [Operation] {
            var all: [Operation] = []
            if turn.firstToken != nil {
                let isAnswer = turn.route == .local
                all.append(
                    Operation(
                        model: isAnswer ? turn.model ?? localModel : localModel, isRemote: false,
                        duration: turn.drafting ?? (isAnswer ? turn.total : nil), firstChunk: turn.firstToken,
                        inputTokens: isAnswer ? turn.promptTokens : nil,
                        outputTokens: isAnswer ? turn.generatedTokens : nil))
            }
            if turn.route == .cloud || turn.cloudFirstToken != nil {
                let isAnswer = turn.route == .cloud
                all.append(
                    Operation(
                        model: isAnswer ? turn.model ?? "unknown" : "unknown", isRemote: true,
                        duration: turn.cloudTime, firstChunk: turn.cloudFirstToken,
                        inputTokens: isAnswer ? turn.promptTokens : nil,
                        outputTokens: isAnswer ? turn.generatedTokens : nil))
            }
            return all
        }
    }

    /// A moment of the clock on the wall, as spans have it.
    private struct Moment: TracerInstant {
        let nanosecondsSinceEpoch: UInt64

        init(_ time: Timestamp) { nanosecondsSinceEpoch = UInt64(max(0, time.millisecondsSince1970)) &* 1_000_000 }

        init(_ moment: Moment, _ later: Duration) {
            let sum = Int64(clamping: moment.nanosecondsSinceEpoch) &+ Int64(later.inSeconds * 1e9)
            nanosecondsSinceEpoch = UInt64(max(0, sum))
        }

        static func < (one: Moment, other: Moment) -> Bool {
            one.nanosecondsSinceEpoch < other.nanosecondsSinceEpoch
        }
    }
}
