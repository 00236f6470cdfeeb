internal import Synchronization

/// Watches over one wait after another.
final class RequestDeadline: Sendable {
    private static let longestSleep = Duration.milliseconds(200)

    private let moment: Mutex<ContinuousClock.Instant>

    init(_ wait: Duration) { moment = Mutex(.now + wait) }

    /// Something came: the next wait begins.
    func extend(_ wait: Duration) { moment.withLock { $0 = .now + wait } }

    /// Runs `operation`; cancels it and throws ``HatError/Code/stalled`` where a wait is too long.
    func during<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask(operation: operation)
            group.addTask {
                while true {
                    let end = self.moment.withLock(\.self)
                    guard end > .now else {
                        throw HatError(.stalled, "hailo-ollama has stalled; if that happens again, restart it")
                    }
                    // A wait that is shorter than the one before must not be overslept.
                    try await Task.sleep(until: min(end, .now + Self.longestSleep), clock: .continuous)
                }
            }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
