internal import Synchronization

/// Raised by anyone, on any thread, to stop a computation at its next look; it is never lowered.
public final class CancelFlag: Sendable {
    private let raised = Atomic(false)

    public init() {}

    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    public func raise() {
        raised.store(true, ordering: .relaxed)
    }
}
