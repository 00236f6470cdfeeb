internal import AssistantCore

extension AsyncThrowingStream where Element == GenerationEvent, Failure == any Error {
    /// What `answer` emits, until it returns or throws; who stops reading cancels it.
    static func generation(
        _ answer: @escaping @Sendable (_ emit: @escaping @Sendable (GenerationEvent) -> Void) async throws -> Void
    ) -> Self {
        Self { continuation in
            let task = Task {
                do {
                    try await answer { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { reason in
                if case .cancelled = reason { task.cancel() }
            }
        }
    }
}
