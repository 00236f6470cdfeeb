import Foundation
import Synchronization

/// Turns Ctrl-C and a polite kill into cancellation, so that commands end by their own rules.
enum Interruption {
    private struct Work: Sendable {
        let number: Int
        let stop: @Sendable () -> Void
        var wasStopped = false
    }

    private struct State: Sendable {
        var works: [Work] = []
        var started = 0
    }

    private static let state = Mutex(State())

    // They stay for as long as the process does: a source that takes the place of one that was cancelled may hear nothing.
    // SAFETY: made once, and never read again.
    nonisolated(unsafe) private static let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "brim.signals"))
        source.setEventHandler { arrived(number) }
        source.resume()
        return source
    }

    /// Runs `work` and cancels it at the first SIGINT or SIGTERM; a second one ends the process at once.
    static func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await work() }
        return try await handling {
            task.cancel()
        } while: {
            try await task.value
        }
    }

    /// Runs `work`; the first SIGINT or SIGTERM calls `stop`, a second one ends the process at once. Where such work runs inside
    /// of another, both are stopped.
    static func handling<Value: Sendable>(
        _ stop: @escaping @Sendable () -> Void, while work: () async throws -> Value
    ) async throws -> Value {
        _ = unsafe sources
        let number = state.withLock { state in
            state.started += 1
            state.works.append(Work(number: state.started, stop: stop))
            return state.started
        }
        defer { state.withLock { $0.works.removeAll { $0.number == number } } }
        return try await work()
    }

    private static func arrived(_ number: Int32) {
        let works = state.withLock { state in
            defer { for index in state.works.indices { state.works[index].wasStopped = true } }
            return state.works
        }
        if works.isEmpty {
            // Nothing is at work that has rules of its own: the signal does what it does to any program.
            signal(number, SIG_DFL)
            raise(number)
            exit(128 + number)
        }
        if works.contains(where: \.wasStopped) { exit(1) }
        for work in works { work.stop() }
    }
}
