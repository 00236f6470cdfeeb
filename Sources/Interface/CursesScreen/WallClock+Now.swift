internal import ChatUI
internal import Glibc

extension WallClock {
    /// What it shows now, in the time zone of the machine.
    static func now(at reading: Duration) -> WallClock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        var local = unsafe tm()
        unsafe localtime_r(&time.tv_sec, &local)
        let milliseconds = Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
        return unsafe WallClock(millisecondsSince1970: milliseconds, at: reading, secondsFromGMT: local.tm_gmtoff)
    }
}
