import AssistantCore
import ChatUI
import Synchronization

/// An inbox that remembers when the model last told something.
final class LivenessInbox: ActionInbox {
    /// A token is a sign of life for so long.
    private static let freshness = Duration.seconds(4)

    private let inbox: any ActionInbox
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    init(_ inbox: any ActionInbox) { self.inbox = inbox }

    func post(_ action: ChatAction) {
        if case .turn(.local) = action { last.withLock { $0 = .now } }
        inbox.post(action)
    }

    var isFresh: Bool { last.withLock { $0 }.map { $0.duration(to: .now) < Self.freshness } ?? false }
}
