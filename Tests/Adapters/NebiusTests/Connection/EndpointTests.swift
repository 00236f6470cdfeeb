import AssistantCore
import NebiusDouble
import Testing

@testable import Nebius

struct EndpointTests {
    @Test(
        "plain HTTP is for this device alone",
        arguments: [
            "http://example.com/v1", "http://192.168.1.10:8000/v1", "http://128.0.0.1/v1", "http://0.0.0.0/v1",
            "http://127.0.0.1.example.com/v1", "http://localhost.example.com/v1", "http://127.1/v1",
            "http://2130706433/v1", "http://0177.0.0.1/v1", "http://0x7f.0.0.1/v1", "http://127.0.0.256/v1",
            "http://127.0.0.01/v1", "http://[::2]/v1", "http://[::ffff:8.8.8.8]/v1", "http://１２７.0.0.1/v1",
        ])
    func refused(url: String) {
        #expect { try Endpoint(url) } throws: { error in
            guard let failure = error as? CloudFailure else { return false }
            // What is no address at all is refused as such.
            return [.refusedPlainHTTP, .badRequest].contains(failure.kind) && failure.billing == .nothingSent
        }
    }

    @Test(
        "HTTPS goes anywhere, plain HTTP to loopback",
        arguments: [
            "https://api.tokenfactory.nebius.com/v1", "https://api.tokenfactory.nebius.com/v1/", "HTTPS://host/v1",
            "http://127.0.0.1:8080/v1", "http://127.255.0.3/v1", "http://localhost:8080/v1", "http://LOCALHOST/v1",
            "http://[::1]:8080/v1", "https://host:1/v1", "https://host:65535/v1",
        ])
    func accepted(url: String) throws {
        #expect(try Endpoint(url).url("models").hasSuffix("/v1/models"))
    }

    @Test(
        "an address that was pasted with the path of a request is the address without it",
        arguments: [
            "https://host/v1/chat/completions", "https://host/v1/chat/completions/", "https://host/v1/models",
            "https://host/v1//", "https://host/v1",
        ])
    func pasted(url: String) throws {
        #expect(try Endpoint(url).url("chat/completions") == "https://host/v1/chat/completions")
    }

    @Test(
        "localhost is this device, whichever of its two addresses something listens at", arguments: Endpoint.loopbacks)
    func localhost(address: String) async throws {
        try await NebiusDouble.run(.plain, host: address) { double in
            var configuration = try Harness.configuration("http://localhost:\(double.port)/v1/chat/completions")
            configuration.retries.maxRetries = 0
            try await NebiusClient.run(configuration, time: TimeSource(ManualClock())) { client in
                for _ in 0..<2 { #expect(await client.ask().text == ReplyTests.whole) }
            }
            #expect(double.seen.requests.count == 2)
        }
    }

    @Test(
        "what is no address is refused with a sentence",
        arguments: [
            "", "host/v1", "ftp://host/v1", "https://", "https://user:pass@host/v1", "https://host/v1?key=x",
            "https://host/v1#x", "http://127.0.0.1@example.com/v1", "unix:///socket", "https://ho st/v1",
            "https://host:0/v1", "https://host:65536/v1", "https://host:99999/v1", "https://host:-1/v1",
            "https://host:9223372036854775808/v1", "https://host:99999999999999999999/v1", "https://host:443x/v1",
            "http://[::1]:70000/v1",
        ])
    func malformed(url: String) {
        #expect { try Endpoint(url) } throws: { error in
            let failure = error as? CloudFailure
            return failure?.kind == .badRequest && failure?.message.contains("pass@") == false
        }
    }
}
