import ChildProcesses
import Subprocess
import Testing

@Suite struct ChildEnvironmentTests {
    @Test("A child gets what it needs to run, and nothing that nobody thought of")
    func minimal() {
        let needed = ["PATH": "/bin", "HOME": "/root", "LANG": "de_DE.UTF-8", "LC_TIME": "C", "TMPDIR": "/tmp"]
        let kept = [
            "NEBIUS_API_KEY": "k", "HF_TOKEN": "k", "BRIM_CLOUD_KEY": "k", "LD_PRELOAD": "x", "PYTHONPATH": "x",
        ]
        #expect(ChildEnvironment.minimal(needed.merging(kept) { $1 }) == needed)
    }

    @Test("A child sees the minimal environment and what is added, and nothing else")
    func child() async throws {
        let inherited = ["PATH": "/usr/bin:/bin", "NEBIUS_API_KEY": "k"]
        let result = try await Subprocess.run(
            .name("env"), environment: .minimal(of: inherited, adding: ["LC_ALL": "C"]), output: .string(limit: 4_096))
        #expect(Set(result.standardOutput.split(separator: "\n")) == ["PATH=/usr/bin:/bin", "LC_ALL=C"])
    }

    @Test("Work within its limit is done; a child that takes longer is ended")
    func timeLimit() async throws {
        let sleep: @Sendable (String) async throws -> Bool = { duration in
            try await Subprocess.run(
                .name("sleep"), arguments: [duration], environment: .minimal(), output: .discarded
            ).terminationStatus.isSuccess
        }
        #expect(try await withTimeLimit(.seconds(60)) { try await sleep("0.01") } == true)
        let start = ContinuousClock.now
        #expect(try await withTimeLimit(.milliseconds(100)) { try await sleep("120") } == nil)
        #expect(start.duration(to: .now) < .seconds(60))
    }
}
