import AssistantCore
import Confidence
import LocalInference
import Store
import Turns

/// The answers of this device that a person judged, as records that a fit can learn from.
///
/// Kept are the words alone; the model reads them again under the conversation that they stood in, and tells how probable it
/// finds them: what it found when it wrote them.
struct LabelledAnswerRecords {
    let store: DatabaseStore
    let model: LocalLanguageModel
    let profile: ModelProfile

    /// The category that they make up: cross-validation leaves them out together.
    static let category = "judged by you"

    /// Answers of other models, and those that were asked otherwise than the profile has it, have no calibration and are passed over.
    func records() async throws -> [AnswerRecord] {
        let labels = try await store.labels.labelledAnswers().filter {
            $0.origin == .local && $0.model == model.identity.name && !$0.question.isEmpty
        }
        var records: [AnswerRecord] = []
        for label in labels {
            Terminal.progress("read \(records.count) of \(labels.count) judged answers")
            try Task.checkCancellation()
            let request = TurnRequest(
                context: try await context(of: label), prompt: label.question
            ).prepared(by: profile)
            guard request.isAsked(as: profile) else { continue }
            let tokens = try await model.scores(
                of: label.answer, to: request.generationRequest.prompt, after: 0)
            records.append(AnswerRecord(label, tokens, category: Self.category))
        }
        Terminal.endProgress()
        return records
    }

    /// What had been said before the question.
    private func context(of label: LabelledAnswer) async throws -> [Message] {
        let earlier = try await store.conversations.messages(of: label.conversation)
            .filter { $0.id.rawValue < label.message.rawValue && $0.state != .draft && $0.message.role != .system }
            .map(\.message)
        guard let question = earlier.lastIndex(where: { $0.role == .user }) else { return [] }
        return Array(earlier[..<question])
    }
}
