import TestSupport
import DeviceSensors
import Foundation
import HailoOllamaDouble
import Testing

@testable import Hat

@Suite("What the children of this adapter see")
struct HatChildEnvironmentTests {
    @Test("a probe gets what HailoRT needs, and nothing of what this process keeps to itself")
    func probe() async throws {
        unsafe setenv("BRIM_TEST_SECRET_KEY", "hunter2", 1)
        defer { unsafe unsetenv("BRIM_TEST_SECRET_KEY") }
        let tree = try FakeTree.wellKept()
        let seen = NSTemporaryDirectory() + "seen-" + UUID().uuidString
        let probe = BoardProbe(
            command: ["/bin/sh", "-c", "export -p >'\(seen)'"], root: SystemRoot(tree.path))
        _ = try await probe.report()
        let text = try String(contentsOfFile: seen, encoding: .utf8)
        #expect(
            text.contains("HAILORT_LOGGER_PATH") && text.contains(SystemRoot.variable)
                && text.contains("PATH"))
        #expect(!text.contains("hunter2"))
    }
}
