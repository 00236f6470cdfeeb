import AssistantCore
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
}
