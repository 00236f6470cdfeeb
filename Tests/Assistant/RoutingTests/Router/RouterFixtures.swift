import TestSupport
import AssistantCore

@testable import Routing

/// All the values that a fact can take, as far as the router tells them apart.
enum Facts {
    static let endpoint = "https://cloud.example/v1"
    static let locks: [OperatorLock] = [.none, .localOnly, .cloudOnly]
    static let endpoints: [CloudState.Endpoint] = [.ready(endpoint), .unready("no key")]
    static let consents: [Consent?] = [
        consent(to: endpoint), nil, consent(to: "https://elsewhere.example/v1"),
        consent(to: endpoint, isGranted: false),
    ]
    static let budgets: [BudgetState] = [
        .open, .warned(.everything, charged: Money(microUSD: 8), limit: Money(microUSD: 7)),
        .exhausted(.everything, charged: Money(microUSD: 9), limit: Money(microUSD: 9), needed: Money(microUSD: 1)),
        .priceUnknown,
    ]
    static let breakers: [BreakerState] = [
        .closed(fails: 0), .closed(fails: 2), .halfOpen, .open(for: .seconds(3)), .probing,
        .rateLimited(for: .seconds(3)),
        .blocked(.unauthorised),
    ]
    static let contexts: [ContextLoad?] = [
        nil,
        ContextLoad(conversationTokens: 100, leastTokens: 50, answerTokens: 50, windowTokens: 150),
        ContextLoad(conversationTokens: 101, leastTokens: 50, answerTokens: 50, windowTokens: 150),
        ContextLoad(conversationTokens: 300, leastTokens: 101, answerTokens: 50, windowTokens: 150),
    ]
    static let impediments: [[DeviceImpediment]] = [
        [], [.throttled], [.overheating(celsius: 84), .throttled], [.noModel], [.throttled, .outOfMemory],
    ]
    static let rulings: [Ruling] = [
        Ruling(), Ruling(staying: ["medical"]), Ruling(going: "code"), Ruling(staying: ["medical"], going: "code"),
    ]
    static let ages: [Duration?] = [nil, .seconds(5)]
    static let confidences: [Double?] = [nil, 0, 0.1, 0.5, 0.799, 0.8, 1, .nan, -0.1, 1.1, .infinity]

    static func consent(to subject: String, isGranted: Bool = true) -> Consent {
        Consent(
            subject: subject, isGranted: isGranted, source: "test", givenAt: Timestamp(millisecondsSince1970: 0))
    }

    /// A cloud that may and can be asked.
    static let open = CloudState(lock: .none, endpoint: .ready(endpoint), consent: consent(to: endpoint))

    static func randomCloud(using random: inout SeededGenerator) -> CloudState {
        CloudState(
            lock: random.pickOften(locks), endpoint: random.pickOften(endpoints), consent: random.pickOften(consents),
            budget: random.pickOften(budgets), breaker: random.pickOften(breakers))
    }

    static func randomTurn(using random: inout SeededGenerator) -> TurnFacts {
        TurnFacts(
            cachedAge: random.pickOften(ages), taskKind: nil,
            context: random.pickOften(contexts), impediments: random.pickOften(impediments),
            cloud: randomCloud(using: &random))
    }
}

extension Ruling {
    init(staying: [String] = [], going: String? = nil) {
        self.init()
        self.staying = staying
        self.going = going
    }
}

/// With a calibrated figure.
extension Router {
    mutating func consider(
        confidence: Double?, tokens: Int, floor: HandoverFloor = .byRules, cloud: CloudState
    ) -> DraftStep {
        consider(confidence: confidence, source: Facts.calibration, tokens: tokens, floor: floor, cloud: cloud)
    }

    mutating func decideAfterDraft(
        confidence: Double?, repeatsItself: Bool = false, cloud: CloudState
    ) -> Closing {
        decideAfterDraft(
            confidence: confidence, source: Facts.calibration, repeatsItself: repeatsItself, cloud: cloud)
    }
}

extension Facts {
    static let calibration = ConfidenceSource.calibration(model: "any", task: "question")
}
