package import AssistantCore
package import Routing

/// The confidence in an answer to an open request that demands a form: how often answers of that form, or without it,
/// were right where a program could tell. It says nothing before the answer has ended, and nothing where the request
/// demands nothing that can be checked.
package struct RequirementConfidence: ConfidenceEstimator {
    private let request: String
    private let model: String?
    private let rates: RequirementRates?
    private var text = ""

    package private(set) var confidence: Double?
    package private(set) var source: ConfidenceSource

    /// - Parameters:
    ///   - model: whose answers the rates were measured on, by its name.
    ///   - rates: those of the model. Without them only an answer that lacks something has a confidence, since that
    ///     hardly depends on who wrote it.
    package init(request: String, model: String, rates: RequirementRates?) {
        self.request = request
        self.model = rates == nil ? nil : model
        self.rates = rates
        source = .requirements(model: self.model, unmet: [])
    }

    package var handoverFloor: HandoverFloor { .never }

    package mutating func observe(_ token: GeneratedToken) { text += token.text }

    package mutating func finish() {
        let requirements = Requirement.all(in: request)
        guard !requirements.isEmpty else { return }
        let form = AnswerForm(text)
        let unmet = requirements.filter { !$0.isMet(by: form) }
        confidence = unmet.isEmpty ? rates?.met : rates?.unmet ?? RequirementRates.unmetByAnyModel
        source = .requirements(model: model, unmet: unmet.map(\.description))
    }
}

/// How often answers to open requests were right that met all demands which could be read out of the request, and how
/// often those that did not. Each is the end of its 95 % interval that promises less, or fears more.
package struct RequirementRates: Sendable, Hashable, Codable {
    /// In [0, 1].
    package var met: Double
    package var unmet: Double
    /// That the rates were measured on.
    package var answers: Int

    /// Of the answers of three models that lacked something, so many were right at the most.
    static let unmetByAnyModel = 0.05

    /// An answer that was judged.
    package struct Judged: Sendable {
        var request: String
        var answer: String
        var isRight: Bool

        package init(request: String, answer: String, isRight: Bool) {
            (self.request, self.answer, self.isRight) = (request, answer, isRight)
        }
    }

    /// Fewer answers of a kind tell nothing.
    private static let fewestAnswers = 20

    /// Counts; `nil` where too few answers of either kind are among them.
    package init?(judging answers: [Judged]) {
        var (met, unmet): ((right: Int, all: Int), (right: Int, all: Int)) = ((0, 0), (0, 0))
        for answer in answers {
            let requirements = Requirement.all(in: answer.request)
            guard !requirements.isEmpty else { continue }
            let right = answer.isRight ? 1 : 0
            let form = AnswerForm(answer.answer)
            if requirements.allSatisfy({ $0.isMet(by: form) }) {
                met = (met.right + right, met.all + 1)
            } else {
                unmet = (unmet.right + right, unmet.all + 1)
            }
        }
        guard min(met.all, unmet.all) >= Self.fewestAnswers else { return nil }
        self.init(
            met: Self.interval(met.right, of: met.all).lowerBound,
            unmet: Self.interval(unmet.right, of: unmet.all).upperBound, answers: met.all + unmet.all)
    }

    init(met: Double, unmet: Double, answers: Int) { (self.met, self.unmet, self.answers) = (met, unmet, answers) }

    var isSound: Bool { (0...1).contains(met) && (0...1).contains(unmet) && answers >= 0 }

    /// Wilson's interval of a share, at 95 %. E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    /// Inference", 1927.
    private static func interval(_ right: Int, of all: Int) -> ClosedRange<Double> {
        let (z, n) = (1.96, Double(all))
        let share = Double(right) / n
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, centre - half)...min(1, centre + half)
    }
}
