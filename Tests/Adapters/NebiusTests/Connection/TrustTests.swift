import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// Who is trusted with the key and the conversation, and how this device proves itself.
struct TrustTests {
    /// Asks a server with this certificate; the client trusts `authority` alone.
    private func ask(
        _ identity: TestAuthority.Identity, trusting authority: TestAuthority, clientAuthority: TestAuthority? = nil,
        client: TestAuthority.Identity? = nil, credential: (String) -> CredentialSource? = { _ in nil }
    ) async throws -> (outcome: Outcome, seen: Seen) {
        let scratch = try Scratch()
        var result: (Outcome, Seen)?
        let transport = NebiusDouble.Transport.tls(identity, clientAuthority: clientAuthority?.certificate)
        try await NebiusDouble.run(transport) { double in
            var configuration = try Harness.configuration(double.url)
            configuration.credential = credential(double.url) ?? configuration.credential
            configuration.tls.trustRoots = try scratch.write(authority.certificate, as: "ca.pem")
            if let client {
                configuration.tls.clientCertificate = try scratch.write(client.certificate, as: "client.pem")
                configuration.tls.clientKey = try scratch.write(client.key, as: "client.key")
            }
            try await NebiusClient.run(configuration, time: TimeSource(ManualClock())) { client in
                result = (await client.ask(), double.seen)
            }
        }
        return try #require(result)
    }

    @Test("a server of a wrong name, an unknown authority or a past date gets neither key nor question")
    func servers() async throws {
        let authority = try TestAuthority()
        let identities = [
            try authority.server(of: "api.example.com"), try TestAuthority("Another Authority").server(),
            try authority.server(.expired),
        ]
        for identity in identities {
            let (outcome, seen) = try await ask(identity, trusting: authority)
            let failure = try #require(outcome.failure)
            #expect(failure.kind == .tls && failure.billing == .nothingSent)
            #expect(FailureTableTests.isSentence(failure.message))
            #expect(seen.requests.isEmpty)
        }
    }

    @Test("a server that does not speak TLS is told so")
    func noTLS() async throws {
        try await NebiusDouble.run(.plain) { double in
            let configuration = try Harness.configuration("https://127.0.0.1:\(double.port)/v1")
            try await NebiusClient.run(configuration, time: TimeSource(ManualClock())) { client in
                let failure = try #require(await client.ask().failure)
                #expect(failure.kind == .tls && failure.billing == .nothingSent)
            }
        }
    }

    @Test("an address with an IP is verified by the certificate's IP")
    func address() async throws {
        let authority = try TestAuthority()
        let scratch = try Scratch()
        try await NebiusDouble.run(.tls(try authority.server())) { double in
            var configuration = try Harness.configuration("https://127.0.0.1:\(double.port)/v1")
            configuration.tls.trustRoots = try scratch.write(authority.certificate, as: "ca.pem")
            try await NebiusClient.run(configuration, time: TimeSource(ManualClock())) { client in
                #expect(await client.ask().text == ReplyTests.whole)
            }
        }
    }

    @Test("plain HTTP on loopback streams")
    func plainLoopback() async throws {
        try await NebiusDouble.run(.plain) { double in
            for host in ["localhost", "127.0.0.1"] {
                let configuration = try Harness.configuration("http://\(host):\(double.port)/v1/")
                try await NebiusClient.run(configuration, time: TimeSource(ManualClock())) { client in
                    #expect(await client.ask().text == ReplyTests.whole)
                }
            }
        }
    }

    @Test("a gateway that wants a client certificate lets this device in with its own")
    func clientCertificate() async throws {
        let authority = try TestAuthority()
        let (outcome, seen) = try await ask(
            try authority.server(), trusting: authority, clientAuthority: authority, client: try authority.client(),
            credential: { .gateway(url: $0 + "/token") })
        #expect(outcome.text == ReplyTests.whole)
        #expect(seen.requests.last?.headers["authorization"] == "Bearer short-lived-0001")
    }

    @Test("a missing, expired or unknown client certificate is told as such, and costs nothing")
    func refusedClients() async throws {
        let authority = try TestAuthority()
        let clients = [nil, try authority.client(.expired), try TestAuthority("Another Authority").client()]
        for client in clients {
            let (outcome, seen) = try await ask(
                try authority.server(), trusting: authority, clientAuthority: authority, client: client)
            let failure = try #require(outcome.failure)
            #expect(failure.kind == .tls)
            #expect(!failure.billing.mayBeCharged)
            #expect(failure.message.contains("certificate"))
            #expect(seen.requests.isEmpty)
        }
    }

    @Test("TLS files that cannot be used are told when the client is made")
    func files() throws {
        let scratch = try Scratch()
        let identity = try TestAuthority().client()
        let certificate = try scratch.write(identity.certificate, as: "client.pem")
        let key = try scratch.write(identity.key, as: "client.key")
        let openKey = try scratch.write(identity.key, as: "open.key", mode: 0o644)
        let text = try scratch.write("no PEM", as: "text")
        let unusable: [(TLSFiles, CloudFailure.Kind)] = [
            (TLSFiles(trustRoots: text), .tls), (TLSFiles(trustRoots: scratch.path + "/missing"), .tls),
            (TLSFiles(clientCertificate: certificate), .tls), (TLSFiles(clientKey: key), .tls),
            (TLSFiles(clientCertificate: text, clientKey: key), .tls),
            (TLSFiles(clientCertificate: certificate, clientKey: text), .tls),
            (TLSFiles(clientCertificate: certificate, clientKey: openKey), .noCredential),
        ]
        for (files, kind) in unusable {
            var configuration = try Harness.configuration("https://localhost/v1")
            configuration.tls = files
            #expect { try NebiusClient(configuration) } throws: { ($0 as? CloudFailure)?.kind == kind }
        }
    }

    @Test("plain HTTP to another device is refused before there is a client, for the gateway too")
    func plainElsewhere() throws {
        #expect { try NebiusClient(try Harness.configuration("http://example.com/v1")) } throws: {
            ($0 as? CloudFailure)?.kind == .refusedPlainHTTP
        }
        var configuration = try Harness.configuration("https://example.com/v1")
        configuration.credential = .gateway(url: "http://gateway.example.com/token")
        #expect { try NebiusClient(configuration) } throws: { ($0 as? CloudFailure)?.kind == .refusedPlainHTTP }
    }
}
