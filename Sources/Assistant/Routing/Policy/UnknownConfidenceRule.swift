/// What happens to a finished local answer whose confidence nobody knows (a board that gives no logits and no model to
/// score with, a meter that broke).
public enum UnknownConfidenceRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is kept and marked as unsure: nothing leaves, and nothing is spent, on a mere lack of knowledge. The default.
    case keep
    /// The cloud is asked, as for a low confidence.
    case escalate
}
