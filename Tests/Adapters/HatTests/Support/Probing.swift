import Foundation

@testable import Hat

extension BoardProbe {
    /// A probe whose child is the test program `HatProbe`.
    static func test(_ tree: FakeTree, limit: Duration = .seconds(20)) throws -> BoardProbe {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = (tests as NSString).deletingLastPathComponent + "/HatProbe"
        return BoardProbe(command: [program], root: tree.root, limit: limit)
    }
}
