import TestSupport
import Foundation

@testable import Hat

extension BoardProbe {
    /// A probe whose child is the test program `HatProbe`.
    static func test(_ tree: FakeTree, limit: Duration = .seconds(20)) throws -> BoardProbe {
        BoardProbe(command: [try program()], root: tree.root, limit: limit)
    }

    static func program() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return (tests as NSString).deletingLastPathComponent + "/HatProbe"
    }
}

extension BoardSampler {
    /// A sampler in a hurry, whose child is the test program.
    static func test(
        _ tree: FakeTree, boardLock: BoardLock = BoardLock(), interval: Duration = .milliseconds(50),
        timeout: Duration = .seconds(60)
    ) throws -> BoardSampler {
        // As the program itself does: a child that is gone must not take this process with it.
        signal(SIGPIPE, SIG_IGN)
        return BoardSampler(try .test(tree), boardLock: boardLock, interval: interval, timeout: timeout)
    }
}
