import AssistantCore
import ChatUI
import Hat
import Synchronization

/// Tells the screen how the device is, and only where that looks different from before.
final class HealthWords: Sendable {
    private let shown = Mutex<DeviceWords?>(nil)
    private let load = Mutex(ProcessorLoad())
    private let inbox: any ActionInbox

    init(_ inbox: any ActionInbox) { self.inbox = inbox }

    func tell(_ health: DeviceHealth) {
        let share = load.withLock { $0.share() }
        let words = shown.withLock { shown in
            let words = DeviceWords(health, processorShare: share, after: shown)
            defer { shown = words }
            return shown == words ? nil : words
        }
        if let words { inbox.post(.device(words)) }
    }
}
