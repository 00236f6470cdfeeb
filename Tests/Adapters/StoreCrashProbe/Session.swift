import AssistantCore
import Store

/// A busy evening: several conversations at once, each turn with a reservation, an audit entry, messages, a cached
/// answer and a line of metrics. Runs until it is killed.
struct Session {
    let directory: String
    /// Keeps the texts of different runs apart.
    let worker: String

    func run() async throws {
        let store = try DatabaseStore(directory: directory, at: StoreCrashProbe.now())
        try store.requireDurable()
        StoreCrashProbe.say("open")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<3 {
                group.addTask { try await converse(in: store, task: task) }
            }
            try await group.waitForAll()
        }
    }

    private func converse(in store: DatabaseStore, task: Int) async throws {
        let conversation = try await store.conversations.create(
            title: "run \(worker) task \(task)", at: StoreCrashProbe.now())
        for turn in 0... {
            try await take(turn: "\(worker).\(task).\(turn)", in: conversation.id, of: store)
        }
    }

    private func take(turn: String, in conversation: ConversationID, of store: DatabaseStore) async throws {
        let now = StoreCrashProbe.now()
        try await append(Message(.user, "question \(turn)"), origin: nil, to: conversation, of: store)

        let request = SpendingRequest(worstCaseMicroUSD: 50, model: "m", device: "probe")
        guard case .reserved(let reservation) = try await store.spending.reserve(request, within: [], at: now) else {
            throw StoreError(.notDurable, "the reservation was refused")
        }
        StoreCrashProbe.say("reserved \(reservation.rawValue) 50")

        let event = AuditEvent(.escalation, reason: "turn \(turn)", subject: "m", promptText: "question \(turn)")
        let entry = try await store.audit.append(event, at: now)
        StoreCrashProbe.say("audit \(entry.sequence) \(entry.hash)")

        StoreCrashProbe.say("settling \(reservation.rawValue) 20")
        let usage = CloudUsage(promptTokens: 10, completionTokens: 5)
        try await store.spending.settle(reservation, costMicroUSD: 20, usage: usage, at: now)
        StoreCrashProbe.say("settled \(reservation.rawValue) 20")

        try await append(Message(.assistant, "answer \(turn)"), origin: .cloud, to: conversation, of: store)
        try await store.cache.put(
            CacheableAnswer(text: "answer \(turn)", origin: .cloud, model: "m", figures: AnswerFigures()),
            to: CacheableQuestion(
                prompt: "question \(turn)", systemPrompt: "", context: [],
                model: ModelIdentity(name: "m", quantisation: "", contextLength: 1, fingerprint: ""),
                sampling: Sampling()),
            from: conversation, timeToLive: .seconds(3_600), at: now)
        try await store.metrics.record(TurnMetrics(startedAt: now, route: .cloud, costMicroUSD: 20))
    }

    private func append(
        _ message: Message, origin: Origin?, to conversation: ConversationID, of store: DatabaseStore
    ) async throws {
        let stored = try await store.conversations.append(
            NewMessage(message, origin: origin), to: conversation, at: StoreCrashProbe.now())
        StoreCrashProbe.say("message \(stored.id.rawValue) \(message.text)")
    }
}
