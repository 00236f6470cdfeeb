import Foundation
import NebiusDouble
import Testing

@testable import ModelCatalogue

@Suite struct RegistryTests {
    /// A registry with one model, whose manifest a test may change.
    private func registry(
        _ bytes: [UInt8], layers: String? = nil, digest: String? = nil
    ) async throws -> (NebiusDouble, String) {
        let layer = """
            {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:\(Weights.sha256(bytes))", "size": \(bytes.count)}
            """
        let other = #"{"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:0", "size": 1}"#
        let manifest = #"{"schemaVersion": 2, "layers": [\#(layers ?? layer + "," + other)]}"#
        let announced = digest ?? "sha256:" + Weights.sha256(Array(manifest.utf8))
        let server = try await NebiusDouble.start(.plain) { request, number in
            if request.path == "/v2/library/tiny/manifests/latest" {
                return FileReplies.raw(200, [("docker-content-digest", announced)], Array(manifest.utf8))
            }
            guard request.path == "/v2/library/tiny/blobs/sha256:\(Weights.sha256(bytes))" else {
                return FileReplies.raw(404)
            }
            return FileReplies.file(bytes, to: request, cut: number == 2 ? 100 : nil)
        }
        return (server, "ollama:127.0.0.1:\(server.port)/library/tiny")
    }

    @Test("A model of a registry is pulled by its manifest, resumed, and known by its name and tag")
    func pulls() async throws {
        let bytes = Weights.make(20_000)
        let (server, address) = try await registry(bytes)
        let place = try ModelsPlace()
        let entry = try await place.pull(address)
        #expect(entry.name == "tiny:latest")
        #expect(try place.bytes(of: entry) == bytes)
        #expect(try place.library.path(of: "tiny:latest", kind: .language).hasSuffix("/tiny-latest.gguf"))
        try await server.stop()
    }

    @Test(
        "A manifest without a model in one file is refused",
        arguments: [
            "", #"{"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:0", "size": 1}"#,
            #"{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../x", "size": 1}"#,
            #"{"mediaType": "application/vnd.ollama.image.model", "digest": "md5:0", "size": -1}"#,
        ])
    func noModel(layers: String) async throws {
        let (server, address) = try await registry(Weights.make(10), layers: layers)
        let place = try ModelsPlace()
        let error = await #expect(throws: CatalogueError.self) { try await place.pull(address) }
        #expect(error?.code == .notThere)
        #expect(try place.names.isEmpty)
        try await server.stop()
    }

    @Test("A manifest that is not the one it is announced as is refused")
    func wrongManifest() async throws {
        let (server, address) = try await registry(
            Weights.make(10), digest: "sha256:" + String(repeating: "0", count: 64))
        let error = await #expect(throws: CatalogueError.self) { try await ModelsPlace().pull(address) }
        #expect(error?.code == .corrupted)
        let unknown = await #expect(throws: CatalogueError.self) { try await ModelsPlace().pull(address + ":nothere") }
        #expect(unknown?.code == .notThere)
        try await server.stop()
    }
}
