import Crypto
import Foundation
import Testing

@testable import ModelCatalogue

/// A models directory, a home and an environment of its own: nothing of this machine is asked or used.
struct ModelsPlace {
    let root: String
    var environment: [String: String]

    init() throws {
        root = NSTemporaryDirectory() + "models-" + UUID().uuidString
        for folder in ["models", "home", "bin"] {
            try FileManager.default.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
        }
        // A path without Python: whatever is found without it needs none.
        environment = ["HOME": root + "/home", "PATH": root + "/bin", "HF_HUB_OFFLINE": "0"]
        try catalogue([])
    }

    var models: String { root + "/models" }
    var cache: String { root + "/home/.cache/huggingface/hub" }

    func catalogue(_ entries: [ModelEntry]) throws {
        struct Document: Encodable { var models: [ModelEntry] }
        let data = try JSONEncoder().encode(Document(models: entries))
        try data.write(to: URL(fileURLWithPath: root + "/catalogue.json"))
    }

    var library: ModelLibrary {
        get throws { try ModelLibrary(catalogue: root + "/catalogue.json", directories: [models]) }
    }

    /// Waits short times: what a test waits for is loopback.
    static let timeouts = DownloadTimeouts(
        connect: .seconds(30), stall: .seconds(10), attempts: 4, backOff: .milliseconds(1))

    func fetcher(_ timeouts: DownloadTimeouts = ModelsPlace.timeouts) throws -> ModelFetcher {
        ModelFetcher(library: try library, environment: environment, timeouts: timeouts)
    }

    func pull(_ address: String, _ timeouts: DownloadTimeouts = ModelsPlace.timeouts) async throws -> ModelEntry {
        try await fetcher(timeouts).pull(ModelAddress(address)) { _ in }
    }

    /// What lies below the models directory, hidden things too.
    var files: [String] {
        get throws { try FileManager.default.subpathsOfDirectory(atPath: models).sorted() }
    }

    /// The regular files among ``files``.
    var names: [String] {
        get throws {
            try files.filter { ModelLibrary.size(of: models + "/" + $0) != nil }
        }
    }

    func bytes(of entry: ModelEntry) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: models + "/" + entry.files[0].path)))
    }
}

/// Bytes that pass as a model as far as the catalogue looks: its magic, and what looks like weights.
enum Weights {
    static func make(_ count: Int, seed: UInt8 = 1) -> [UInt8] {
        var state = UInt32(seed) &* 2_654_435_761
        return Array("GGUF".utf8)
            + (0..<max(0, count - 4)).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(truncatingIfNeeded: state >> 24)
            }
    }

    static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }
}

/// Gathers what a fetch tells.
actor Notes {
    private(set) var lines: [String] = []
    func add(_ line: String) { lines.append(line) }
}
