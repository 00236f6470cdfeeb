internal import Foundation

/// How often the model was right on questions of a form that is known.
///
/// A form is what questions of one kind share: their frequent words. It speaks only for questions of that form; of any other
/// its evidence is nothing, so that it cannot mislead on kinds that nobody has measured. Only words that many questions
/// share are kept, and as hashes: no question can be read back from a calibration.
struct QuestionForms: Sendable, Hashable, Codable {
    struct Form: Sendable, Hashable, Codable {
        /// Hashes, ascending.
        var words: [UInt64]
        var count: Int
        var right: Int
    }

    /// What a question's form says of its answer.
    struct Evidence: Sendable, Hashable {
        /// Of being right, beyond the average; 0 where the form is unknown.
        var logOdds: Double
        /// How well the form is known: 0 (not at all) … 1.
        var familiarity: Double

        static let none = Evidence(logOdds: 0, familiarity: 0)
    }

    /// The share of right answers among all.
    private(set) var rate: Double
    private(set) var forms: [Form]

    /// More forms than this are not of one form each.
    static let mostForms = 512
    /// Answers that speak for the average, against those of a form.
    private static let priorWeight = 8.0
    /// A form never counts as more answers than these.
    private static let mostWeight = 200.0

    init(_ questions: [[UInt64]], _ labels: [Bool]) {
        var frequency: [UInt64: Int] = [:]
        for words in questions { for word in words { frequency[word, default: 0] += 1 } }
        let fewest = max(5, questions.count / 100)
        var counts: [[UInt64]: Form] = [:]
        for (words, isRight) in zip(questions, labels) {
            let key = words.filter { frequency[$0, default: 0] >= fewest }
            counts[key, default: Form(words: key, count: 0, right: 0)].count += 1
            counts[key]?.right += isRight ? 1 : 0
        }
        let sorted = counts.values.sorted { ($0.count, $1.words.description) > ($1.count, $0.words.description) }
        forms = Array(sorted.prefix(Self.mostForms))
        rate = (Double(labels.count(where: \.self)) + 1) / (Double(labels.count) + 2)
    }

    /// The words of a prompt's question, each once, as ascending hashes.
    static func words(of prompt: String) -> [UInt64] {
        let end = prompt.utf8.count > 16_000 ? String(prompt.suffix(8_000)) : prompt
        let hashes = PromptText(end).questionWords.prefix(64).map { word in
            var hash = FNV64()
            hash.add(word)
            // JSON carries 53 bits exactly.
            return hash.value >> 12
        }
        return Set(hashes).sorted()
    }

    func evidence(for words: [UInt64]) -> Evidence { evidence(for: [words], excluding: [nil])[0] }

    /// The same for many questions.
    ///
    /// - Parameter own: the outcome of a question that was among those counted: it must not speak for itself.
    func evidence(for questions: [[UInt64]], excluding own: [Bool?]) -> [Evidence] {
        let known = Set(forms.flatMap(\.words))
        return zip(questions, own).map { evidence(for: Set($0).intersection(known), excluding: $1) }
    }

    private func evidence(for words: Set<UInt64>, excluding own: Bool?) -> Evidence {
        var (count, right) = (0.0, 0.0)
        for form in forms {
            let common = form.words.count(where: words.contains)
            let likeness = Double(common) / Double(max(1, words.count + form.words.count - common))
            guard likeness >= 0.6 else { continue }
            let isOwn = own != nil && likeness == 1
            let weight = pow(likeness, 16)
            count += weight * Double(form.count - (isOwn ? 1 : 0))
            right += weight * Double(form.right - (isOwn && own == true ? 1 : 0))
        }
        guard count > 0 else { return .none }
        let share = min(1, Self.mostWeight / count)
        let weight = count * share
        let estimate = (right * share + Self.priorWeight * rate) / (weight + Self.priorWeight)
        return Evidence(
            logOdds: Self.logit(estimate) - Self.logit(rate), familiarity: weight / (weight + Self.priorWeight))
    }

    private static func logit(_ probability: Double) -> Double { log(probability / (1 - probability)) }

    /// Whether it can have come from a fit.
    var isSound: Bool {
        rate > 0 && rate < 1 && forms.count <= Self.mostForms
            && forms.allSatisfy { $0.words.count <= 64 && $0.right >= 0 && $0.right <= $0.count && $0.count < 1 << 30 }
    }
}
