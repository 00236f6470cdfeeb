/// The clock that the client waits by. Tests bring their own.
package struct TimeSource: Sendable {
    /// Time since a fixed moment; never goes back.
    let now: @Sendable () -> Duration
    /// Throws `CancellationError` where its task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    package init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }

    /// Goes on while the device sleeps, as the validity of a token does.
    package static let continuous = TimeSource(ContinuousClock())
}
