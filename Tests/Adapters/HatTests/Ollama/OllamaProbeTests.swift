import TestSupport
import DeviceSensors
import HailoOllamaDouble
import NebiusDouble
import Testing

@testable import Hat

@Suite("What answers where hailo-ollama should")
struct OllamaProbeTests {
    @Test("its models are taken from it")
    func running() async throws {
        let double = try await HailoOllamaDouble.start()
        let tree = try FakeTree()
        let watch = OllamaProbe(try HatAddress(double.url), root: tree.root, timeouts: .long)
        #expect(try await watch.sighting() == .running(models: HailoOllamaDouble.models, isExposed: false))
        try await double.stop()
    }

    @Test(
        "a server that the whole network may use is told from one that it may not",
        arguments: [
            ("00000000", "0A", true), ("0100007F", "0A", false), ("00000000", "01", false),
            ("00000000000000000000000000000000", "0A", true),
        ])
    func exposed(local: String, state: String, isExposed: Bool) async throws {
        let double = try await HailoOllamaDouble.start()
        let tree = try FakeTree()
        let port = String(double.port, radix: 16, uppercase: true)
        let table =
            "  sl  local_address rem_address   st\n   0: \(local):\(port) \(local):0000 \(state) 00000000:00000000\n"
        try tree.write(local.count > 8 ? "/proc/net/tcp6" : "/proc/net/tcp", table)
        let watch = OllamaProbe(try HatAddress(double.url), root: tree.root, timeouts: .long)
        #expect(try await watch.sighting() == .running(models: HailoOllamaDouble.models, isExposed: isExposed))
        try await double.stop()
    }

    @Test("one that does not answer is told from one that is something else")
    func silent() async throws {
        let silent = try await NebiusDouble.start(.silent)
        var timeouts = OllamaTimeouts()
        timeouts.answer = .milliseconds(300)
        let watch = OllamaProbe(
            try HatAddress("http://127.0.0.1:\(silent.port)"), root: SystemRoot(), timeouts: timeouts)
        #expect(try await watch.sighting() == .unwell("What listens at its address does not answer."))
        try await silent.stop()
    }

    @Test(
        "an address of this device is taken",
        arguments: [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("http://localhost:9/", "http://127.0.0.1:9"),
            ("http://127.1.2.3", "http://127.1.2.3:80"), ("http://[::1]:8000", "http://[::1]:8000"),
        ])
    func addresses(text: String, address: String) throws {
        #expect(try HatAddress(text).description == address)
    }

    @Test(
        "any other address is refused, and not repeated",
        arguments: [
            "https://127.0.0.1:8000", "http://192.168.1.2:8000", "http://127.0.0.1.evil.org", "http://evil.org",
            "http://user:secret@127.0.0.1", "http://127.0.0.1/v1", "http://127.0.0.1:0", "http://127.0.0.1:99999",
            "127.0.0.1:8000", "", "http://127.0.0.01", "http://0.0.0.0:8000",
        ])
    func refused(text: String) {
        #expect { try HatAddress(text) } throws: { error in
            (error as? HatError)?.code == .badAddress && !"\(error)".contains("secret")
        }
    }
}
