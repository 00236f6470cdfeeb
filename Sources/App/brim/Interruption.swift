import Foundation

/// Turns Ctrl-C and a polite kill into cancellation, so that commands end by their own rules.
enum Interruption {
    /// Runs `work` and cancels it at the first SIGINT or SIGTERM; a second one ends the process at once.
    static func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value
    {
        let task = Task { try await work() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { Foundation.exit(1) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value
    }
}
