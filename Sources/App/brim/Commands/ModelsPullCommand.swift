import ArgumentParser
import Foundation
import ModelCatalogue

extension ModelsCommand {
    /// `brim models pull`: one model from wherever it is.
    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Get one model, from wherever it is.",
            discussion: """
                  brim models pull qwen2.5-coder-1.5b             a name in brim models
                  brim models pull hf:OWNER/REPO/FILE.gguf        a file of the hub, with @REVISION where it is not main
                  brim models pull ollama:NAME:TAG                a model of Ollama's registry
                  brim models pull ollama:HOST/NAMESPACE/NAME:TAG a model of another registry
                  brim models pull https://…/FILE.gguf#sha256=…   a file of the web, with the digest it must have
                  brim models pull ./FILE.gguf                    a file of this device

                A download that was cut goes on where it was. What is fetched from the hub lies in the cache that other \
                programs share (HF_HUB_CACHE), and what they fetched is not fetched again. HF_ENDPOINT names another hub, \
                HF_TOKEN who asks, HTTPS_PROXY and ALL_PROXY a proxy (http:// or socks5://).
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "A name or an address.") var address: String

        func run() async throws {
            let library = try options.library()
            // A path without a slash is a path where there is such a file.
            let isFile = FileManager.default.fileExists(atPath: address) && address.hasSuffix(".gguf")
            let place = try ModelAddress(isFile ? "file:" + address : address)
            let fetcher = ModelFetcher(library: library)
            let entry = try await ModelProgress.fetching(address, nil) { report in
                try await fetcher.pull(place, progress: report)
            }
            let path = try options.library().path(of: entry.name, kind: entry.kind)
            Terminal.writeError("\(entry.name) is here, verified: \(path)")
        }
    }
}

/// Tells on the standard error how a fetch goes on.
enum ModelProgress {
    /// Fetches with progress; Ctrl-C ends it, and what has arrived stays.
    ///
    /// - Parameter bytes: of the download, where they are known before.
    static func fetching<Value: Sendable>(
        _ name: String, _ bytes: Int64?,
        _ work: @escaping @Sendable (@escaping @Sendable (ModelFetcher.Progress) -> Void) async throws -> Value
    ) async throws -> Value {
        if !Terminal.errorIsTerminal {
            let size = bytes.map { " (\($0 / 1_000_000) MB)" } ?? ""
            Terminal.writeError("Fetching \(name)\(size)…")
        }
        defer { Terminal.endProgress() }
        return try await Interruption.cancelling {
            try await work { progress in
                guard case .note(let text) = progress else { return Terminal.progress(line(name, progress)) }
                Terminal.endProgress()
                Terminal.writeError(text)
            }
        }
    }

    private static func line(_ name: String, _ progress: ModelFetcher.Progress) -> String {
        switch progress {
        case .downloading(let bytes, let total) where total > 0:
            "Fetching \(name): \(bytes / 1_000_000) of \(total / 1_000_000) MB (\(100 * bytes / total) %)"
        case .downloading(let bytes, _): "Fetching \(name): \(bytes / 1_000_000) MB"
        case .verifying(let share): "Verifying \(name): \(Int(share * 100)) %"
        case .note(let text): text
        }
    }
}
