import AssistantCore
import ChatUI
import DeviceSensors
import Synchronization

/// Tells the screen how the device is, and only where that looks different from before.
final class HealthReporter: Sendable {
    private let shown = Mutex<DeviceSummary?>(nil)
    private let load = Mutex(ProcessorLoad())
    private let inbox: any ActionInbox

    init(_ inbox: any ActionInbox) { self.inbox = inbox }

    func report(_ health: DeviceHealth) {
        let share = load.withLock { $0.share() }
        let words = shown.withLock { shown in
            let words = DeviceSummary(health, processorShare: share, after: shown)
            defer { shown = words }
            return shown == words ? nil : words
        }
        if let words { inbox.post(.device(words)) }
    }
}

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
