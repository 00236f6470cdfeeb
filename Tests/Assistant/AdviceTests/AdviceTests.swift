import Advice
import CostModel
import Testing

@Suite struct AdviceTests {
    /// A device as one was measured: half a second to the first token, three seconds an answer, a quarter kept.
    private static let device = DeviceFigures(
        firstTokenSeconds: .measured(0.5, how: "test"), tokensPerSecond: .measured(10, how: "test"),
        answerSeconds: .measured(3, how: "test"), cloudFirstTokenSeconds: .measured(0.9, how: "test"),
        windowTokens: .measured(2_048, how: "test"), keptShare: .measured(0.26, how: "test"),
        perInferenceUSD: .given(0.0006, by: "test"), deviceUSD: .given(8.93, by: "test"))

    private static func workload(
        first: Double? = nil, answers: Double = 5_000, people: Int = 1, stay: Workload.Stay = .nothing,
        context: Int = 500, network: Workload.Connectivity = .reliable, operators: Workload.Operator = .staff,
        questions: Workload.Difficulty = .general, budget: Double? = nil
    ) -> Workload {
        Workload(
            firstTokenSeconds: first, answersPerMonth: answers, concurrency: people, stay: stay, contextTokens: context,
            connectivity: network, operators: operators, difficulty: questions, budgetUSD: budget)
    }

    /// Five uses that are usual for such a device.
    private static let uses: [(String, Workload, Advice.Verdict)] = [
        (
            "a visitors' terminal without a network",
            workload(first: 1, answers: 6_000, context: 400, network: .none, questions: .simple), .edge
        ),
        (
            "a clinic's reception, from which nothing may leave",
            workload(first: 2, answers: 4_000, stay: .everything, context: 1_000), .edge
        ),
        (
            "a voice assistant on the shop floor, with a hard question now and then",
            workload(first: 0.7, answers: 20_000, stay: .classes(["personal"]), context: 800), .hybrid
        ),
        (
            "customer support for a whole company, with long threads",
            workload(
                first: 3, answers: 1_000_000, people: 200, context: 16_000, operators: .nobody, questions: .expert),
            .cloud
        ),
        (
            "a technician in the field with long manuals and a network that comes and goes",
            workload(answers: 3_000, context: 8_000, network: .intermittent), .hybrid
        ),
    ]

    @Test("Five usual uses get the answer that fits each, with five axes that give their reasons and figures")
    func uses() {
        for (name, workload, verdict) in Self.uses {
            let advice = Advice(for: workload, on: Self.device)
            #expect(advice.verdict == verdict, "\(name): \(advice.verdict), \(advice.reason)")
            #expect(advice.axes.map(\.name) == Axis.Name.allCases)
            #expect(advice.axes.allSatisfy { !$0.reason.isEmpty && !$0.figure.isEmpty })
            #expect(advice.contradictions.isEmpty, "\(name): \(advice.contradictions)")
        }
    }

    private static let contradictory: [(String, Workload)] = [
        ("context_tokens 9000 do not fit", workload(stay: .everything, context: 9_000)),
        ("context_tokens 9000 do not fit", workload(context: 9_000, network: .none)),
        ("first_token_seconds 0.1 is less than the 0.5 s", workload(first: 0.1, stay: .everything)),
        ("answers_a_month 2,000,000 are more", workload(answers: 2_000_000, stay: .everything)),
        ("people_at_once 50 make the last one wait", workload(first: 2, people: 50, network: .none)),
        ("questions are expert", workload(stay: .everything, questions: .expert)),
        ("budget_usd 5 is for a cloud", workload(network: .none, budget: 5)),
        ("budget_usd 1 does not pay", workload(answers: 100_000, budget: 1)),
        ("people_at_once 20 are more than answers_a_month 10", workload(answers: 10, people: 20)),
        ("first_token_seconds 0.2 is less than a cloud takes", workload(first: 0.2, context: 9_000)),
        ("operators is nobody and connectivity is none", workload(network: .none, operators: .nobody)),
    ]

    @Test("Answers that cannot all hold are told, by their names and with what to change")
    func contradictions() {
        for (words, workload) in Self.contradictory {
            let found = Advice(for: workload, on: Self.device).contradictions
            #expect(found.contains { $0.hasPrefix(words) && $0.contains(":") }, "\(words): \(found)")
        }
        #expect(Set(Self.contradictory.map(\.0)).count == 10)
    }

    @Test("What was not measured decides nothing, and says what would measure it")
    func unknown() throws {
        let nothing = DeviceFigures(
            firstTokenSeconds: .missing(remedy: "brim pilot start"), tokensPerSecond: .missing(remedy: "brim bench"),
            answerSeconds: .missing(remedy: "brim pilot start"),
            cloudFirstTokenSeconds: .missing(remedy: "brim pilot start"), windowTokens: .missing(remedy: "a model"),
            keptShare: .missing(remedy: "brim calibrate"), perInferenceUSD: .missing(remedy: "--price"),
            deviceUSD: .missing(remedy: "--hardware"))
        let advice = Advice(for: Self.workload(first: 1, questions: .simple), on: nothing)
        #expect(advice.axes.allSatisfy { $0.leaning == .either && !$0.isBinding })
        let latency = try #require(advice.axes.first)
        #expect(latency.figure.contains("not measured; brim pilot start gives it"))
        #expect(advice.contradictions.isEmpty)
    }

    @Test("A change that an axis names changes it")
    func changes() {
        var workload = Self.workload(answers: 20_000)
        func leaning(_ name: Axis.Name) -> Axis.Leaning? {
            Advice(for: workload, on: Self.device).axes.first { $0.name == name }?.leaning
        }
        #expect(leaning(.cost) == .cloud)
        // The break-even of this device is at 57,244 answers a month.
        workload.answersPerMonth = 57_300
        #expect(leaning(.cost) == .edge)
        #expect(leaning(.scale) == .either)
        workload.contextTokens = 2_049
        #expect(leaning(.scale) == .cloud)
    }

    @Test("The settings follow from the verdict, and allow nothing that only a person may allow")
    func settings() {
        for (_, workload, verdict) in Self.uses {
            let settings = Advice(for: workload, on: Self.device).settings
            let keys = settings.map(\.key)
            #expect(!keys.contains("cloud.allow"))
            #expect(keys.contains("local_only") == (verdict == .edge))
            #expect(keys.contains("cloud_only") == (verdict == .cloud))
            #expect(keys.contains("threshold") == (verdict == .hybrid))
        }
        let limited = Advice(for: Self.workload(budget: 20), on: Self.device).settings
        #expect(limited.contains { $0.key == "budget.max_budget" && $0.values == ["20"] })
        #expect(limited.contains { $0.key == "budget.soft_budget" && $0.values == ["16"] })
    }
}
