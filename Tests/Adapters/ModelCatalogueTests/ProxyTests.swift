import Foundation
import NebiusDouble
import Testing

@testable import ModelCatalogue

@Suite struct ProxyTests {
    @Test("Downloads go through an HTTP or a SOCKS proxy of the environment", arguments: ["http", "socks5h", "socks5"])
    func through(scheme: String) async throws {
        let bytes = Weights.make(50_000)
        let authority = try TestAuthority()
        let server = try await NebiusDouble.start(.tls(authority.server(of: "files.example"))) { request, number in
            FileReplies.file(bytes, to: request, cut: number == 1 ? 20_000 : nil)
        }
        var place = try ModelsPlace()
        try authority.certificate.write(toFile: place.root + "/ca.pem", atomically: true, encoding: .utf8)
        place.environment["SSL_CERT_FILE"] = place.root + "/ca.pem"
        let proxy = try await ProxyDouble()
        place.environment[scheme == "http" ? "https_proxy" : "ALL_PROXY"] = "\(scheme)://127.0.0.1:\(proxy.port)"
        let address = "https://files.example:\(server.port)/tiny.gguf#sha256=\(Weights.sha256(bytes))"
        let done = place
        let entry = try await proxy.during { try await done.pull(address) }
        #expect(try place.bytes(of: entry) == bytes)
        #expect(Set(proxy.targets) == ["files.example:\(server.port)"])
        // This device is asked directly: the proxy has gone.
        try FileManager.default.removeItem(atPath: place.models)
        let own = try await NebiusDouble.start(.tls(authority.server())) { request, _ in
            FileReplies.file(bytes, to: request)
        }
        _ = try await place.pull("https://localhost:\(own.port)/tiny.gguf#sha256=\(Weights.sha256(bytes))")
        try await own.stop()
        try await server.stop()
    }

    @Test("A certificate that nobody vouches for is refused, with or without a proxy")
    func untrusted() async throws {
        let server = try await NebiusDouble.start(.tls(TestAuthority().server())) { request, _ in
            FileReplies.file(Weights.make(10), to: request)
        }
        let place = try ModelsPlace()
        let error = await #expect(throws: CatalogueError.self) {
            try await place.pull("https://localhost:\(server.port)/x#sha256=\(String(repeating: "0", count: 64))")
        }
        #expect(error?.description.contains("cannot be trusted") == true)
        #expect(server.seen.requests.isEmpty)
        try await server.stop()
    }

    @Test(
        "A proxy that cannot be used is told by the name of its variable, never by its password",
        arguments: [
            "https://127.0.0.1:1", "socks5://me:hunter2@127.0.0.1:1", "http://", "http://127.0.0.1:99999", "ftp://x",
        ])
    func unusable(text: String) {
        let error = #expect(throws: CatalogueError.self) {
            try DownloadClient(environment: ["https_proxy": text], timeouts: DownloadTimeouts())
        }
        #expect(error?.description.contains("https_proxy") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
