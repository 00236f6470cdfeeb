internal import CTerminal
internal import Glibc

/// A pipe that wakes a thread out of `poll`, also from a signal handler. Neither end blocks.
struct WakePipe: ~Copyable {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws(ScreenError) {
        var (readEnd, writeEnd): (Int32, Int32) = (-1, -1)
        let result = unsafe ct_wake_pipe(&readEnd, &writeEnd)
        guard result == 0 else { throw .system("pipe", errno: result) }
        (self.readEnd, self.writeEnd) = (readEnd, writeEnd)
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }
}
