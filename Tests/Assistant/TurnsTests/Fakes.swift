import AssistantCore
import Foundation
import Synchronization

/// A model that says what it is told, at the pace of whoever listens.
final class ScriptedModel: LanguageModel {
    let identity = ModelIdentity(name: "small", quantisation: "Q4_1", contextLength: 256, fingerprint: "f")
    private let words: [(String, Double)]
    private let failure: String?
    private let endless: Bool
    let starts = Mutex(0)

    init(_ words: [(String, Double)], failure: String? = nil, endless: Bool = false) {
        self.words = words
        self.failure = failure
        self.endless = endless
    }

    struct Broken: Error, CustomStringConvertible { let description: String }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        starts.withLock { $0 += 1 }
        return AsyncThrowingStream { continuation in
            let task = Task { [words, failure, endless] in
                continuation.yield(
                    .prefilled(PrefillStatistics(promptTokens: 9, reusedTokens: 0, duration: .milliseconds(1))))
                var count = 0
                repeat {
                    for (text, probability) in words {
                        count += 1
                        continuation.yield(
                            .token(
                                GeneratedToken(
                                    id: Int32(count), text: text, logProbability: Float(log(probability)), entropy: 0.5,
                                    margin: 1)))
                        await Task.yield()
                    }
                } while endless && !Task.isCancelled
                if let failure {
                    continuation.finish(throwing: Broken(description: failure))
                    return
                }
                continuation.yield(
                    .finished(
                        GenerationSummary(
                            stop: .eos, generatedTokens: count, timeToFirstToken: .milliseconds(1),
                            decodeDuration: .milliseconds(2), contextTokens: 9 + count)))
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        switch prompt {
        case .chat(let messages): messages.reduce(0) { $0 + $1.text.utf8.count / 4 + 4 }
        case .raw(let text): text.utf8.count / 4 + 1
        }
    }
}

/// A cloud that says what it is told, and keeps what it was sent.
final class ScriptedCloud: CloudModel {
    enum Step: Sendable {
        case event(CloudEvent)
        case fail(CloudFailure)
        /// Waits until the stream is cancelled.
        case hang
    }

    let received = Mutex<[CloudRequest]>([])
    /// How often a connection was wanted beforehand.
    let prepared = Mutex(0)
    private let steps: [Step]
    private let price: CloudPrice

    init(
        _ steps: [Step],
        price: CloudPrice = CloudPrice(inputMicroUSDPerMillion: 100_000, outputMicroUSDPerMillion: 200_000)
    ) {
        self.steps = steps
        self.price = price
    }

    func prepare() async throws -> CloudSelection {
        prepared.withLock { $0 += 1 }
        return CloudSelection(model: CloudModelInfo(id: "large", price: price))
    }

    func models() async throws -> [CloudModelInfo] { [try await prepare().model] }

    func shutdown() async {}

    func stream(
        _ request: CloudRequest, mayLeave: @escaping SendPermission
    ) -> AsyncThrowingStream<CloudEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task { [steps] in
                for moment in [SendMoment.beforeAttempt, .handingOut] {
                    guard await mayLeave(moment) else {
                        continuation.finish(
                            throwing: CloudFailure(.withheld, billing: .nothingSent, message: "Withheld."))
                        return
                    }
                }
                received.withLock { $0.append(request) }
                for step in steps {
                    switch step {
                    case .event(let event): continuation.yield(event)
                    case .fail(let failure):
                        continuation.finish(throwing: failure)
                        return
                    case .hang:
                        while !Task.isCancelled { await Task.yield() }
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// Books kept in memory, with the faults of a full disk where asked for.
final class MemoryBooks: SpendingLedger, AuditLog, ConsentStore {
    struct DiskFull: Error {}

    enum Line: Hashable, Sendable {
        case reserved, settled(Int64), released
    }

    struct State: Sendable {
        var lines: [ReservationID: Line] = [:]
        var worst: [ReservationID: Int64] = [:]
        var audit: [AuditEvent] = []
        var consent: Consent?
        var auditFails = false
        var ledgerFails = false
        /// The store is in memory only.
        var isVolatile = false
    }

    let state: Mutex<State>
    /// Done while a reservation is being made.
    let whileReserving = Mutex<(@Sendable () async -> Void)?>(nil)

    init(consented: Bool = true) {
        let consent = Consent(
            subject: "https://cloud.test/v1", isGranted: consented, source: "test",
            givenAt: Timestamp(millisecondsSince1970: 0))
        state = Mutex(State(consent: consent))
    }

    /// What limits of a minute say.
    let rateDelay = Mutex<RateDelay?>(nil)

    func delay(under rates: [RateCap], adding tokens: Int, at now: Timestamp) async throws -> RateDelay? {
        rates.isEmpty ? nil : rateDelay.withLock(\.self)
    }

    func reserve(
        _ request: SpendingRequest, within caps: [SpendingCap], rates: [RateCap], at now: Timestamp
    ) async throws -> ReservationOutcome {
        await whileReserving.withLock(\.self)?()
        if !rates.isEmpty, let delay = rateDelay.withLock(\.self) { return .tooFast(delay) }
        return try state.withLock { state in
            if state.ledgerFails { throw DiskFull() }
            if state.isVolatile { return .notDurable }
            let charged = Self.charged(state)
            if let cap = caps.first(where: { charged + request.worstCaseMicroUSD > $0.limitMicroUSD }) {
                return .refused(cap, chargedMicroUSD: charged)
            }
            let id = ReservationID(Int64(state.lines.count + 1))
            state.lines[id] = .reserved
            state.worst[id] = request.worstCaseMicroUSD
            return .reserved(id)
        }
    }

    func settle(_ id: ReservationID, costMicroUSD: Int64, usage: CloudUsage, at now: Timestamp) async throws {
        try state.withLock {
            guard $0.lines[id] == .reserved else { throw DiskFull() }
            $0.lines[id] = .settled(costMicroUSD)
        }
    }

    func release(_ id: ReservationID, at now: Timestamp) async throws {
        try state.withLock {
            guard $0.lines[id] == .reserved else { throw DiskFull() }
            $0.lines[id] = .released
        }
    }

    func total(of scope: SpendingScope, since start: Timestamp) async throws -> SpendingTotal {
        state.withLock {
            SpendingTotal(chargedMicroUSD: Self.charged($0), reservedMicroUSD: 0, requests: $0.lines.count)
        }
    }

    func totals(by grouping: SpendingGrouping, since start: Timestamp) async throws -> [LabelledSpending] { [] }

    private static func charged(_ state: State) -> Int64 {
        state.lines.reduce(0) { sum, line in
            switch line.value {
            case .reserved: sum + (state.worst[line.key] ?? 0)
            case .settled(let cost): sum + cost
            case .released: sum
            }
        }
    }

    func append(_ event: AuditEvent, at now: Timestamp) async throws -> AuditEntry {
        try state.withLock {
            if $0.auditFails { throw DiskFull() }
            $0.audit.append(event)
            return AuditEntry(
                sequence: Int64($0.audit.count), time: now, kind: event.kind, reason: event.reason,
                subject: event.subject, promptDigest: nil, replyDigest: nil, sentTokens: event.sentTokens,
                receivedTokens: event.receivedTokens, redactions: event.redactions, costMicroUSD: event.costMicroUSD,
                hash: "")
        }
    }

    func entries(limit: Int, offset: Int) async throws -> [AuditEntry] { [] }
    func consent(to subject: String) async throws -> Consent? { state.withLock { $0.consent } }
    func consents() async throws -> [Consent] { state.withLock { [$0.consent].compactMap(\.self) } }
    func record(_ consent: Consent) async throws { state.withLock { $0.consent = consent } }
}

/// Keeps answers, and gives none.
final class MemoryCache: AnswerCache {
    let answers = Mutex<[CacheableAnswer]>([])

    func answer(to question: CacheableQuestion, at now: Timestamp) async throws -> CacheHit? { nil }
    func put(
        _ answer: CacheableAnswer, to question: CacheableQuestion, from conversation: ConversationID?,
        timeToLive: Duration, at now: Timestamp
    ) async throws { answers.withLock { $0.append(answer) } }
    func entries(limit: Int) async throws -> [CacheEntry] { [] }
    func clear() async throws -> Int { 0 }
    func removeExpired(at now: Timestamp) async throws -> Int { 0 }
    func statistics() async throws -> CacheStatistics {
        CacheStatistics(entries: 0, bytes: 0, maxEntries: 0, maxBytes: 0, hits: 0)
    }
}

/// Keeps what turns took.
final class MemoryMetrics: MetricsLog {
    let recorded = Mutex<[TurnMetrics]>([])

    func record(_ turn: TurnMetrics) async throws { recorded.withLock { $0.append(turn) } }
    func turns(limit: Int) async throws -> [TurnMetrics] { recorded.withLock { Array($0.suffix(limit).reversed()) } }
    func summary(since start: Timestamp) async throws -> MetricsSummary { MetricsSummary() }
}
