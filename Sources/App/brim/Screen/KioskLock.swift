import Foundation

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
