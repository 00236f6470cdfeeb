internal import Foundation
internal import HTTPSupport
internal import NIOHTTP1

/// Gets models from a registry that speaks OCI's distribution protocol.
struct RegistryCarrier: Sendable {
    let client: DownloadClient

    /// The layer of a manifest that is the model.
    struct Layer: Sendable, Hashable {
        var url: DownloadURL
        var sha256: String
        var bytes: Int64
    }

    private struct Manifest: Decodable {
        struct Layer: Decodable {
            var mediaType: String
            var digest: String
            var size: Int64
            var annotations: [String: String]?
        }
        var layers: [Layer]?
    }

    /// Asks for the manifest and finds the weights in it.
    func layer(of model: RegistryModel) async throws -> Layer {
        let scheme = isLoopback(String(model.host.prefix { $0 != ":" })) ? "http" : "https"
        guard let base = DownloadURL("\(scheme)://\(model.host)/v2/\(model.repository)"),
            let url = base.appending("manifests/" + model.reference)
        else { throw CatalogueError(.badAddress, "\(model.host) is no server that may be asked") }
        let types = [
            "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json",
        ]
        let (body, reply) = try await client.collect(
            url, headers: [("accept", types.joined(separator: ", "))], limit: 4 << 20)
        let digest = "sha256:" + ModelLibrary.sha256(of: body)
        let announced =
            model.reference.hasPrefix("sha256:")
            ? model.reference : reply.headers.first(name: "docker-content-digest")
        guard announced == nil || announced == digest else {
            throw CatalogueError(.corrupted, "the manifest that \(url.host) sent has another digest; try again")
        }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: body) else {
            throw CatalogueError(.downloadFailed, "what \(url.host) sent is no manifest; check the address")
        }
        let weights = (manifest.layers ?? []).filter(Self.isModel)
        guard weights.count == 1, let layer = weights.first, (1...ModelEntry.mostBytes).contains(layer.size),
            layer.digest.hasPrefix("sha256:"),
            AddressText.isSHA256(String(layer.digest.dropFirst(7))), let blob = base.appending("blobs/" + layer.digest)
        else {
            throw CatalogueError(
                .notThere,
                "\(model.repository):\(model.reference) at \(url.host) holds no model in one GGUF file; "
                    + "choose another")
        }
        return Layer(url: blob, sha256: String(layer.digest.dropFirst(7)), bytes: layer.size)
    }

    /// Ollama's type, Docker's, and what tools push that name the file in an annotation.
    private static func isModel(_ layer: Manifest.Layer) -> Bool {
        if layer.mediaType == "application/vnd.ollama.image.model" || layer.mediaType.contains("gguf") { return true }
        let names = ["org.opencontainers.image.title", "org.cncf.model.filepath"]
        return names.contains { layer.annotations?[$0]?.lowercased().hasSuffix(".gguf") == true }
    }
}
