import AssistantCore
import ChatUI
import Foundation
import Kiosk
import Store

/// Keeps a kiosk's terminal for itself: keys that would stop the program do nothing, and where the program may, the
/// console cannot be switched. What was said stays in memory: no core is written of it when the program crashes.
final class KioskLock {
    /// What is left on the screen until the service manager has started the program anew.
    static let apology = """


          Sorry, something went wrong here.
          Brim starts again in a moment. Nothing of your conversation is left.

        """

    private static let lockSwitch: UInt = 0x560B
    private static let unlockSwitch: UInt = 0x560C

    private let hasLockedConsole: Bool

    init() {
        for number in [SIGINT, SIGQUIT, SIGTSTP] { signal(number, SIG_IGN) }
        // One byte is less than any core has, and the one limit that also holds where cores are piped to a program.
        var none = rlimit(rlim_cur: 1, rlim_max: 1)
        unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        // Only the Linux console has this, and only for CAP_SYS_TTY_CONFIG; a terminal emulator has nothing to switch.
        hasLockedConsole = ioctl(STDIN_FILENO, Self.lockSwitch, 1) == 0
    }

    func release() {
        if hasLockedConsole { _ = ioctl(STDIN_FILENO, Self.unlockSwitch, 1) }
    }
}

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
