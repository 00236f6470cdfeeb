import AssistantCore
import Foundation
import Routing
import Synchronization
import Testing

@testable import Turns

private let usage = CloudUsage(promptTokens: 100, completionTokens: 10)

private func reply(_ texts: String..., stop: CloudStop = .ended) -> [ScriptedCloud.Step] {
    [.event(.sending), .event(.connected(CloudConnection(model: "large")))] + texts.map { .event(.content($0)) }
        + [
            .event(
                .finished(
                    CloudSummary(
                        stop: stop, usage: usage, timeToFirstToken: .milliseconds(50), duration: .milliseconds(90),
                        attempts: 1)))
        ]
}

/// A device with a small model, a cloud and books, and the turns that it runs.
private struct Device {
    let model: ScriptedModel
    let cloud: ScriptedCloud
    let books: MemoryBooks
    let gateway: CloudGateway
    let runner: TurnRunner

    init(
        _ words: [(String, Double)], cloud steps: [ScriptedCloud.Step] = [], failure: String? = nil,
        endless: Bool = false, lock: OperatorLock = .none, rules: RoutingRules = RoutingRules(),
        budget: Budget = Budget(), consented: Bool = true
    ) throws {
        try self.init(
            words, cloud: ScriptedCloud(steps), failure: failure, endless: endless, lock: lock, rules: rules,
            budget: budget, consented: consented)
    }

    init(
        _ words: [(String, Double)], cloud: ScriptedCloud, failure: String? = nil, endless: Bool = false,
        lock: OperatorLock = .none, rules: RoutingRules = RoutingRules(), budget: Budget = Budget(),
        consented: Bool = true, price: CloudPrice? = nil
    ) throws {
        model = ScriptedModel(words, failure: failure, endless: endless)
        self.cloud = cloud
        books = MemoryBooks(consented: consented)
        var settings = CloudGateway.Settings(
            endpoint: "https://cloud.test/v1", policy: try RoutingPolicy(rules), lock: lock, budget: budget)
        if let price { settings.prices = ["large": price] }
        let ports = CloudGateway.Ports(client: cloud, ledger: books, audit: books, consents: books)
        gateway = CloudGateway(settings, ports: ports, clock: { Timestamp(millisecondsSince1970: 1_000_000) })
        runner = TurnRunner(model: model, gateway: gateway, now: { Timestamp(millisecondsSince1970: 1_000_000) })
    }

    func ask(_ prompt: String = "What?") async throws -> TurnOutcome {
        try await outcome(of: runner.run(TurnRequest(prompt: prompt)))
    }

    func outcome(of running: TurnRunner.Running) async throws -> TurnOutcome {
        var outcome: TurnOutcome?
        for await case .finished(let last) in running.updates { outcome = last }
        return try #require(outcome)
    }

    var lines: [MemoryBooks.Line] { books.state.withLock { Array($0.lines.values) } }
    var audit: [AuditKind] { books.state.withLock { $0.audit.map(\.kind) } }
}

@Suite struct TurnRunnerTests {
    @Test("A confident local answer leaves no trace outside")
    func local() async throws {
        let device = try Device([("Par", 0.99), ("is", 0.99)])
        let outcome = try await device.ask()
        #expect(outcome.text == "Paris" && outcome.origin == .local)
        #expect(device.cloud.received.withLock { $0.isEmpty } && device.lines.isEmpty && device.audit.isEmpty)
    }

    @Test("Only an answer that the model itself has ended is kept, and the record says why another one ended")
    func ends() async throws {
        let cases: [(CloudStop, TurnOutcome.Ending, String?, isKept: Bool)] = [
            (.ended, .complete, nil, true), (.other(""), .complete, "unknown", false),
            (.refusal, .complete, "refusal", false), (.length, .length, "length", false),
            (.contentFilter, .broken("The provider withheld the rest."), "content_filter", false),
            (
                .other("tool_calls"), .broken("The server ended the answer for a reason of its own: tool_calls."),
                "tool_calls", false
            ),
        ]
        for (stop, ending, word, isKept) in cases {
            let device = try Device([("Rome", 0.3)], cloud: reply("Paris", stop: stop))
            let cache = MemoryCache()
            var runner = device.runner
            runner.cache = cache
            let outcome = try await device.outcome(of: runner.run(TurnRequest(prompt: "What?")))
            #expect(outcome.origin == .cloud && outcome.text == "Paris" && outcome.ending == ending, "\(stop)")
            #expect(outcome.figures.stop == word, "\(stop)")
            #expect(cache.answers.withLock(\.count) == (isKept ? 1 : 0), "\(stop)")
            #expect(device.books.state.withLock { $0.audit.last?.reason } == stop.outcome)
            #expect(device.lines.contains { if case .settled = $0 { true } else { false } }, "it is paid all the same")
        }
    }

    @Test("A reply without a text leaves the draft, and says what was the matter with it")
    func emptyEnds() async throws {
        for (stop, words) in [
            (CloudStop.contentFilter, "The provider withheld the answer."), (.ended, "The cloud's reply was empty."),
            (.length, "The cloud's reply was cut at the length limit before its answer began."),
        ] {
            let device = try Device([("Rome", 0.3)], cloud: reply(stop: stop))
            let outcome = try await device.ask()
            #expect(outcome.origin == .local && outcome.isUnsure && outcome.text == "Rome")
            #expect(outcome.decision.reasons.contains { $0.sentence.contains(words) }, "\(outcome.decision.reasons)")
        }
    }

    @Test("A device that is too hot gives the turn to the cloud, and the record says how it was")
    func health() async throws {
        let device = try Device([("Rome", 0.99)], cloud: reply("Paris"))
        let metrics = MemoryMetrics()
        var runner = device.runner
        runner.metrics = metrics
        runner.health = {
            var health = DeviceHealth()
            health.celsius = 91
            return health
        }
        let running = runner.run(TurnRequest(prompt: "What?"))
        let outcome = try await device.outcome(of: running)
        #expect(outcome.text == "Paris" && outcome.origin == .cloud && device.model.starts.withLock { $0 } == 0)
        #expect(outcome.decision.reasons.first?.code == .deviceStrained)
        await running.end()
        #expect(metrics.recorded.withLock { $0.map(\.health?.celsius) } == [91])
    }

    @Test("The record has the device's first token also where the draft was handed over before its end, and says why")
    func handedOverEarly() async throws {
        let device = try Device(Array(repeating: ("x ", 0.05), count: 40), cloud: reply("Paris"))
        let metrics = MemoryMetrics()
        var runner = device.runner
        runner.metrics = metrics
        let running = runner.run(TurnRequest(prompt: "What?"))
        let outcome = try await device.outcome(of: running)
        await running.end()
        #expect(outcome.origin == .cloud && outcome.local == nil, "the draft was stopped")
        let recorded = metrics.recorded.withLock { $0 }
        let turn = try #require(recorded.first)
        #expect(turn.firstToken != nil && turn.reason == "sunk" && turn.ending == .complete && turn.isUnsure == false)
    }

    @Test("An escalation is written down before it leaves, and settled from what the server counted")
    func escalation() async throws {
        let device = try Device([("Rome", 0.5)], cloud: reply("Par", "is"))
        let outcome = try await device.ask()
        #expect(outcome.text == "Paris" && outcome.origin == .cloud && outcome.draft == "Rome")
        #expect(outcome.cost == Money(microUSD: 12))
        #expect(device.lines == [.settled(12)])
        #expect(device.audit == [.escalation, .outcome])
    }

    @Test("Personal data is replaced on its way out and restored on its way in, however the reply is cut")
    func redaction() async throws {
        let device = try Device([("hm", 0.3)], cloud: reply("Write to <EMA", "IL_1", "> today."))
        let outcome = try await device.ask("Whom do I write to? My address is jane.doe@example.org.")
        let sent = device.cloud.received.withLock { $0.flatMap(\.messages).map(\.text).joined() }
        #expect(!sent.contains("jane.doe") && sent.contains("<EMAIL_1>"))
        #expect(outcome.text == "Write to jane.doe@example.org today.")
    }

    @Test("Without an audit entry nothing is sent, and the money goes back")
    func auditFails() async throws {
        let device = try Device([("Rome", 0.5)], cloud: reply("Paris"))
        device.books.state.withLock { $0.auditFails = true }
        let outcome = try await device.ask()
        #expect(outcome.text == "Rome" && outcome.isUnsure && device.cloud.received.withLock { $0.isEmpty })
        #expect(device.lines == [.released])
    }

    @Test("A stream that dies without usage keeps the worst case charged; one that never left costs nothing")
    func failures() async throws {
        let broken = CloudFailure(.brokenStream, billing: .partlyAnswered, message: "It broke.")
        let dies = try Device([("Rome", 0.5)], cloud: [.event(.sending), .event(.content("Pa")), .fail(broken)])
        #expect(try await dies.ask().text == "Rome")
        #expect(dies.lines == [.reserved])
        let refused = CloudFailure(.unreachable, billing: .nothingSent, message: "No network.")
        let unsent = try Device([("Rome", 0.5)], cloud: [.fail(refused)])
        #expect(try await unsent.ask().isUnsure)
        #expect(unsent.lines == [.released])
    }

    @Test("At the hard cap the device answers alone and says why")
    func budget() async throws {
        let cap = Budget([Budget.Line(.everything, Budget.Limits(maxBudget: Money(microUSD: 1)))])
        let device = try Device([("Rome", 0.5)], cloud: reply("Paris"), budget: cap)
        let outcome = try await device.ask()
        #expect(outcome.text == "Rome" && outcome.isUnsure && device.cloud.received.withLock { $0.isEmpty })
    }

    @Test("Three failures in a row open the breaker; then nobody waits for the cloud")
    func breaker() async throws {
        let down = CloudFailure(.unreachable, billing: .nothingSent, message: "No network.")
        let device = try Device([("Rome", 0.5)], cloud: [.fail(down)])
        for _ in 0..<5 { #expect(try await device.ask().isUnsure) }
        #expect(device.cloud.received.withLock { $0.count } == 3)
    }

    @Test("Stopping a draft or a reply ends the turn with what came")
    func stops() async throws {
        let drafting = try Device([("x", 0.99)], endless: true)
        let running = drafting.runner.run(TurnRequest(prompt: "Go on."))
        var tokens = 0
        var outcome: TurnOutcome?
        for await update in running.updates {
            if case .local(.token, _) = update {
                tokens += 1
                if tokens == 5 { running.stop() }
            }
            if case .finished(let last) = update { outcome = last }
        }
        #expect(outcome?.ending == .stopped && (outcome?.draftTokens ?? 0) >= 5)

        let replying = try Device(
            [("Rome", 0.5)], cloud: [.event(.sending), .event(.content("Par")), .hang])
        let reply = replying.runner.run(TurnRequest(prompt: "What?"))
        for await update in reply.updates {
            if case .cloud(.content) = update { reply.stop() }
            if case .finished(let last) = update { outcome = last }
        }
        await reply.end()
        #expect(outcome?.ending == .stopped && outcome?.text == "Par")
    }

    @Test("A lock that is set while the money is being reserved still holds everything back, and gives the money back")
    func lockAtTheLastMoment() async throws {
        let device = try Device([("Rome", 0.5)], cloud: reply("Paris"))
        let gateway = device.gateway
        device.books.whileReserving.withLock { $0 = { await gateway.setLock(.localOnly) } }
        let outcome = try await device.ask()
        #expect(outcome.origin == .local && outcome.isUnsure && device.cloud.received.withLock { $0.isEmpty })
        #expect(device.lines == [.released])
        #expect(!device.audit.contains(.escalation) && device.audit.contains(.refusal))
    }

    @Test("What was said under local-only stays: a later turn that would send it is answered here and says why")
    func saidUnderLock() async throws {
        let context = [Message(.user, "My PIN is 4711.", mayLeave: false), Message(.assistant, "Noted.")]
        let device = try Device([("Rome", 0.5)], cloud: reply("Paris"))
        for lock in [OperatorLock.none, .cloudOnly] {
            await device.gateway.setLock(lock)
            for isHandedOver in [false, true] {
                var request = TurnRequest(context: context, prompt: "What is the capital of France?")
                if isHandedOver { request.handedOver = "Rome" }
                let outcome = try await device.outcome(of: device.runner.run(request))
                #expect(outcome.text == "Rome" && outcome.origin == .local && outcome.isUnsure)
                #expect(outcome.decision.reasons.contains { $0.code == .saidUnderLock })
            }
        }
        await device.gateway.setLock(.none)
        var asked = TurnRequest(prompt: "What?")
        asked.promptMayLeave = false
        var collected = TurnRequest(systemPrompt: "I am Ann.", prompt: "What?")
        collected.systemPromptMayLeave = false
        for request in [asked, collected] {
            #expect(try await device.outcome(of: device.runner.run(request)).origin == .local)
        }
        #expect(device.cloud.received.withLock { $0.isEmpty } && device.lines.isEmpty)
        let free = TurnRequest(context: context.map { Message($0.role, $0.text) }, prompt: "What?")
        #expect(try await device.outcome(of: device.runner.run(free)).origin == .cloud)
    }

    @Test("Two conversations at once share no placeholder: each reply gets its own person's data back")
    func redactionPerConversation() async throws {
        let device = try Device([("hm", 0.3)], cloud: reply("Write to <EMAIL_1> or <EMAIL_2>."))
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<16 {
                group.addTask {
                    (number, try await device.ask("Mail person\(number)@example.org, please.").text)
                }
            }
            for try await (number, text) in group {
                #expect(text == "Write to person\(number)@example.org or <EMAIL_2>.")
            }
        }
        let redaction = ConversationRedaction()
        for (question, mark) in [("Mail ann@example.org.", "<EMAIL_1>"), ("And bob@example.org.", "<EMAIL_2>")] {
            var request = TurnRequest(prompt: question)
            request.redaction = redaction
            #expect(try await device.outcome(of: device.runner.run(request)).origin == .cloud)
            let sent = device.cloud.received.withLock { $0.last?.messages.last?.text }
            #expect(sent?.contains(mark) == true, "one conversation goes on counting")
        }
    }

    @Test("A system prompt that touches what must stay keeps every question at home")
    func systemPromptStays() async throws {
        let rules = RoutingRules(stayHome: [StayRule(name: "medical")])
        let device = try Device([("Rest", 0.5)], cloud: reply("Paris"), rules: rules)
        let request = TurnRequest(systemPrompt: "The diagnosis of the patient is known.", prompt: "What now?")
        let outcome = try await device.outcome(of: device.runner.run(request))
        #expect(outcome.origin == .local && device.cloud.received.withLock { $0.isEmpty })
        #expect(outcome.decision.reasons.contains { $0.code == .dataStays })
    }

    @Test("Under a hard limit an endpoint that lists 0 is not believed: the configured price counts, or nothing leaves")
    func listedForNothing() async throws {
        let nothing = CloudPrice(inputMicroUSDPerMillion: 0, outputMicroUSDPerMillion: 0)
        for limit: Int64 in [1, 1_000_000] {
            for configured in [nil, CloudPrice(inputMicroUSDPerMillion: 100_000, outputMicroUSDPerMillion: 200_000)] {
                let cloud = ScriptedCloud(reply("Paris"), price: nothing)
                let cap = Budget([Budget.Line(.everything, Budget.Limits(maxBudget: Money(microUSD: limit)))])
                let device = try Device([("Rome", 0.5)], cloud: cloud, budget: cap, price: configured)
                let outcome = try await device.ask()
                let passes = limit > 1 && configured != nil
                #expect((outcome.origin == .cloud) == passes && cloud.received.withLock { $0.isEmpty } == !passes)
                if passes { #expect(device.lines == [.settled(12)]) }
            }
        }
    }

    @Test("What the ledger cannot keep does not leave, though it costs nothing")
    func notDurable() async throws {
        let device = try Device([("Rome", 0.5)], cloud: reply("Paris"))
        device.books.state.withLock { $0.isVolatile = true }
        let outcome = try await device.ask()
        #expect(outcome.origin == .local && device.cloud.received.withLock { $0.isEmpty })
        #expect(device.audit == [.refusal])
    }

    @Test("A look at the decision connects to nobody where it may not, whatever the budget would like to know")
    func previewWithoutConnection() async throws {
        let cap = Budget([Budget.Line(.everything, Budget.Limits(maxBudget: Money(microUSD: 1_000_000)))])
        let device = try Device([("Rome", 0.5)], cloud: reply("Paris"), budget: cap)
        _ = await device.runner.preview(TurnRequest(prompt: "What?"), mayConnect: false)
        #expect(device.cloud.prepared.withLock { $0 } == 0)
        _ = await device.runner.preview(TurnRequest(prompt: "What?"), mayConnect: true)
        #expect(device.cloud.prepared.withLock { $0 } == 1)
    }

    @Test("Local-only: not one request in a thousand turns, whatever fails")
    func localOnly() async throws {
        for turn in 0..<1_000 {
            let device = try Device(
                [("a", Double.random(in: 0.01...1)), ("b", 0.4)], cloud: reply("never"),
                failure: turn % 5 == 0 ? "out of order" : nil, lock: .localOnly)
            device.books.state.withLock {
                $0.auditFails = turn % 3 == 0
                $0.ledgerFails = turn % 7 == 0
            }
            let outcome = try await device.ask(turn % 11 == 0 ? String(repeating: "long ", count: 400) : "What?")
            #expect(outcome.origin != .cloud && device.cloud.received.withLock { $0.isEmpty })
        }
    }

    @Test("Nothing leaves before the operator has allowed the cloud, nor what a rule keeps home")
    func consent() async throws {
        let asked = try Device([("Rome", 0.5)], cloud: reply("Paris"), consented: false)
        #expect(try await asked.ask().origin == .local && asked.cloud.received.withLock { $0.isEmpty })
        let rules = RoutingRules(stayHome: [StayRule(name: "medical")])
        let bound = try Device([("Rest", 0.5)], cloud: reply("Paris"), rules: rules)
        let outcome = try await bound.ask("My doctor gave me a diagnosis; what does it mean?")
        #expect(outcome.origin == .local && outcome.isUnsure && bound.cloud.received.withLock { $0.isEmpty })
        #expect(outcome.decision.reasons.contains { $0.code == .dataStays })
    }

    @Test("An answer that has to keep to a form is the device's own: no cloud, no tool, however unsure it is")
    func formed() async throws {
        let form = OutputConstraint(.grammar, "root ::= [0-9]+", name: "digits")
        for request in [TurnRequest(prompt: "What is 2 + 2?", constraint: form), TurnRequest(prompt: "x", isRaw: true)]
        {
            let device = try Device([("4", 0.1)], cloud: reply("four"), lock: .cloudOnly)
            var runner = device.runner
            runner.compute = { _ in ComputedAnswer("It is 4.", by: "arithmetic") }
            let outcome = try await device.outcome(of: runner.run(request))
            #expect(outcome.text == "4" && outcome.origin == .local && outcome.isUnsure && !outcome.isComputed)
            #expect(device.cloud.received.withLock { $0.isEmpty } && device.lines.isEmpty)
            #expect(outcome.decision.reasons.contains { $0.code == (request.isRaw ? .rawBinds : .formBinds) })
            #expect(runner.cacheable(request) == nil)
        }
        let failing = try Device([("4", 0.1)], cloud: reply("four"), failure: "digits: line 1, column 1: no grammar")
        let outcome = try await failing.outcome(of: failing.runner.run(TurnRequest(prompt: "x", constraint: form)))
        #expect(outcome.origin == nil && failing.cloud.received.withLock { $0.isEmpty })
    }
}
