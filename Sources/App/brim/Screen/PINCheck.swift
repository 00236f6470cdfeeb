import AssistantCore
import ChatUI
import Foundation
import Kiosk
import Store

/// Looks at the numbers that somebody types to end a kiosk. It needs neither the model nor the conversation: a kiosk whose
/// model hangs can still be ended.
struct PINCheck: Sendable {
    let hash: PINHash?
    let directory: String
    let inbox: any ActionInbox

    /// Counts the attempt, looks at it, and tells the screen. Only where it could be counted is it looked at: else whoever
    /// fills the disk could try them all.
    func check(_ digits: String) async {
        do {
            let store = try DatabaseStore(directory: directory, at: .now)
            switch try await store.pinAttempts.begin(at: .now) {
            case .locked(let rest): inbox.post(.pin(.wrong(lockedFor: rest)))
            case .counted:
                guard store.isDurable else {
                    inbox.post(
                        .notice(Notice(.warning, "No number is taken: attempts cannot be counted on this disk.")))
                    return inbox.post(.pin(.wrong(lockedFor: PINLock.duration(after: PINLock.freeFailures))))
                }
                guard await matches(digits) else {
                    return inbox.post(.pin(.wrong(lockedFor: try await store.pinAttempts.failed(at: .now))))
                }
                try await store.pinAttempts.succeeded(at: .now)
                inbox.post(.pin(.right))
            }
        } catch {
            inbox.post(.notice(Notice(.warning, "No number is taken: \(error)")))
            inbox.post(.pin(.wrong(lockedFor: .seconds(60))))
        }
    }

    /// On a thread that nobody waits for: it takes a tenth of a second.
    private func matches(_ digits: String) async -> Bool {
        guard let hash else { return false }
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: hash.matches(digits)) }
        }
    }
}
