import Foundation
import Synchronization

/// Turns Ctrl-C and a polite kill into cancellation, so that commands end by their own rules.
enum Interruption {
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

    /// Runs `work`; the first SIGINT or SIGTERM calls `stop`, a second one ends the process at once.
    static func handling<Value: Sendable>(
        _ stop: @escaping @Sendable () -> Void, while work: () async throws -> Value
    ) async throws -> Value {
        let queue = DispatchQueue(label: "brim.signals")
        let wasStopped = Mutex(false)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let isSecond = wasStopped.withLock { wasStopped in
                    defer { wasStopped = true }
                    return wasStopped
                }
                if isSecond { Foundation.exit(1) }
                stop()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await work()
    }
}
