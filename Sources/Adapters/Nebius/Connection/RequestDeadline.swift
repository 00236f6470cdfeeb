import AssistantCore
import Synchronization

/// Watches over the waits of one request: whoever makes progress moves the deadline, and who waits beyond it is
/// cancelled.
final class RequestDeadline: Sendable {
    private struct State {
        var phase: CloudFailure.Phase
        var deadline: Duration
    }

    /// The wait that was too long.
    struct Expired: Error {
        var phase: CloudFailure.Phase
    }

    /// How long a server may take to close a reply that is complete.
    private static let closingLimit = Duration.seconds(1)
    /// How long a server may take to count the tokens of an answer that has ended.
    private static let endingLimit = Duration.seconds(5)

    private let timeouts: Timeouts
    private let time: TimeSource
    private let end: Duration
    private let state: Mutex<State>

    /// Starts to wait for a connection; all waits together may last `total`.
    init(_ timeouts: Timeouts, total: Duration, time: TimeSource) {
        self.timeouts = timeouts
        self.time = time
        end = time.now() + total
        state = Mutex(State(phase: .connect, deadline: time.now() + timeouts.connect))
    }

    /// The request leaves: the wait for the first text begins.
    func sending() { enter(.firstToken, limit: timeouts.firstToken) }

    /// Text came: the wait for more begins.
    func progress() { enter(.stall, limit: timeouts.stall) }

    /// The answer has ended: the wait for what the server counted begins.
    func ending() { enter(.stall, limit: min(timeouts.stall, Self.endingLimit)) }

    /// The reply is complete: the wait for the end of the connection's stream begins.
    func closing() { enter(.stall, limit: Self.closingLimit) }

    private func enter(_ phase: CloudFailure.Phase, limit: Duration) {
        let deadline = time.now() + limit
        state.withLock { $0 = State(phase: phase, deadline: deadline) }
    }

    /// Runs `operation`, and cancels it and throws ``Expired`` as soon as a wait is too long.
    func during<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask(operation: operation)
            group.addTask { throw try await self.expiry() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Looks at least as often as the shortest wait lasts, so that none begins and ends unseen.
    private func expiry() async throws -> Expired {
        let shortest = max(min(timeouts.firstToken, timeouts.stall, Self.closingLimit), .milliseconds(10))
        while true {
            let now = time.now()  // before the deadline is read: who moves it in between is not too late
            let state = state.withLock(\.self)
            if now >= end { return Expired(phase: .total) }
            if now >= state.deadline { return Expired(phase: state.phase) }
            try await time.sleep(min(state.deadline - now, end - now, shortest))
        }
    }
}
