import AssistantCore
import GRDB
import Testing

@testable import Store

@Suite("Labels and metrics")
struct LabelAndMetricsTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    @Test("a judged answer comes with its question, its confidence and its signals")
    func labelledAnswer() async throws {
        let conversation = try await store.conversations.create(title: "t", at: .at(0))
        func say(_ message: NewMessage) async throws -> MessageID {
            try await store.conversations.append(message, to: conversation.id, at: .at(1)).id
        }
        _ = try await say(NewMessage(Message(.user, "earlier")))
        let question = try await say(NewMessage(Message(.user, "capital of France?")))
        let answer = try await say(
            NewMessage(
                Message(.assistant, "Paris."), origin: .local, model: "smol", figures: AnswerFigures(confidence: 0.7),
                signals: [0.25, -1e-300, 3]))
        _ = try await say(NewMessage(Message(.user, "later")))

        try await store.labels.label(answer, as: .wrong, at: .at(2))
        try await store.labels.label(answer, as: .right, at: .at(3))
        let expected = LabelledAnswer(
            message: answer, conversation: conversation.id, question: "capital of France?", answer: "Paris.",
            origin: .local, model: "smol", confidence: 0.7, signals: [0.25, -1e-300, 3], verdict: .right,
            labelledAt: .at(3))
        #expect(try await store.labels.labelledAnswers() == [expected])
        #expect(try await store.labels.label(of: answer) == .right)

        try await store.labels.label(answer, as: nil, at: .at(4))
        #expect(try await store.labels.label(of: answer) == nil)
        for other in [question, MessageID(99)] {
            let error = try await storeError { try await store.labels.label(other, as: .right, at: .at(5)) }
            #expect(error.code == .notFound)
        }
    }

    @Test("a turn comes back as it was recorded, unknown figures unknown")
    func turn() async throws {
        var health = DeviceHealth()
        health.celsius = 61.5
        health.throttling = [.underVoltage, .throttledHappened]
        health.hatWatts = 1.75
        let full = TurnMetrics(
            startedAt: .at(1), route: .cloud, model: "nemotron", promptTokens: 1, generatedTokens: 2,
            transcription: .milliseconds(3), firstToken: .microseconds(4), cloudFirstToken: .milliseconds(5),
            total: .seconds(6), tokensPerSecond: 7.5, confidence: 0.25, costMicroUSD: 8, health: health,
            reason: "sunk", ending: .broken, isUnsure: false)
        let bare = TurnMetrics(startedAt: .at(2), route: .refused, tokensPerSecond: .nan)
        try await store.metrics.record(full)
        try await store.metrics.record(bare)
        #expect(
            try await store.metrics.turns(limit: 5) == [TurnMetrics(startedAt: .at(2), route: .refused), full])
    }

    @Test("a summary counts routes and takes the nearest rank of each stage")
    func summary() async throws {
        for index in 1...20 {
            try await store.metrics.record(
                TurnMetrics(
                    startedAt: .at(Int64(index)), route: index.isMultiple(of: 4) ? .cache : .local,
                    firstToken: .milliseconds(index), costMicroUSD: 2))
        }
        let all = try await store.metrics.summary(since: .at(0))
        #expect(all.turns == [.local: 15, .cache: 5])
        #expect(all.firstToken == .init(count: 20, median: .milliseconds(10), p95: .milliseconds(19)))
        #expect(all.total == nil)
        #expect(all.costMicroUSD == 40)
        let last = try await store.metrics.summary(since: .at(20))
        #expect(last.firstToken == .init(count: 1, median: .milliseconds(20), p95: .milliseconds(20)))
        #expect(try await store.metrics.summary(since: .at(21)) == MetricsSummary())
    }

    @Test("the oldest turns leave once there are too many")
    func bounded() async throws {
        try await store.metrics.record(TurnMetrics(startedAt: .at(0), route: .local))
        try directory.sqlite {
            try $0.execute(
                sql: "INSERT INTO turn (id, startedAt, route) VALUES (?, 0, 'local')",
                arguments: [SQLiteMetrics.maxTurns])
        }
        #expect(try await store.metrics.turns(limit: 5).count == 2)
        try await store.metrics.record(TurnMetrics(startedAt: .at(9), route: .cache))
        #expect(try await store.metrics.turns(limit: 5).map(\.route) == [.cache, .local])
    }
}
