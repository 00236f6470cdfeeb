internal import CTerminal
internal import Glibc

/// Says to who polls for it that the time of the next picture has come. One thread sets it, another waits: between the
/// two no other has to wake up.
struct FrameTimer: ~Copyable {
    let descriptor: Int32

    init() throws(ScreenError) {
        var descriptor: Int32 = -1
        let result = unsafe ct_timer_make(&descriptor)
        guard result == 0 else { throw .system("timerfd_create", errno: result) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Lets it go off once, after `wait` (at least a millisecond); what it was set to before is forgotten.
    func set(after wait: Duration) {
        ct_timer_set(descriptor, Int64(max(wait, .milliseconds(1)) / .nanoseconds(1)))
    }
}
