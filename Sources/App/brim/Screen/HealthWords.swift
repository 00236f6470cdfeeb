import AssistantCore
import ChatUI
import Hat
import Synchronization

/// Tells the screen how the device is, and only where that looks different from before.
final class HealthWords: Sendable {
    private let shown = Mutex<DeviceWords?>(nil)
    private let inbox: any ActionInbox

    init(_ inbox: any ActionInbox) { self.inbox = inbox }

    func tell(_ health: DeviceHealth) {
        let words = DeviceWords(health)
        let isNew = shown.withLock { shown in
            defer { shown = words }
            return shown != words
        }
        if isNew { inbox.post(.device(words)) }
    }
}
