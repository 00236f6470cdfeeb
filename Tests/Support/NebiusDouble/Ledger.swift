import NIOCore
import Synchronization

/// Keeps what was seen, and wakes those who wait for it.
final class Ledger: Sendable {
    private struct Waiter {
        var condition: @Sendable (Seen) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var seen = Seen()
        var waiters: [Waiter] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    private let state = Mutex(State())

    var seen: Seen { state.withLock(\.seen) }

    /// Connections that are open.
    var connections: [any Channel] { state.withLock { Array($0.connections.values) } }

    func opened(_ connection: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
        note { $0.connections += 1 }
    }

    func closed(_ connection: any Channel) {
        state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection)) }
    }

    func note(_ change: (inout Seen) -> Void) {
        let ready = state.withLock { state in
            change(&state.seen)
            let ready = state.waiters.filter { $0.condition(state.seen) }
            state.waiters.removeAll { $0.condition(state.seen) }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    func wait(until condition: @escaping @Sendable (Seen) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                guard !condition(state.seen) else { return true }
                state.waiters.append(Waiter(condition: condition, continuation: continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }
}
