import ArgumentParser
import Foundation
import ModelCatalogue

/// `brim models`: list, fetch, verify.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, fetch, pull, verify, inspect and quantize models.",
        discussion: """
            A model is known by its SHA-256, wherever it comes from, and is fetched once:

              brim models                     what there is, and what is here
              brim models fetch               what Brim needs and is missing
              brim models pull NAME|ADDRESS   one model, from wherever it is
              brim models recommend           which suits this device
              brim models use NAME|auto       which answers from now on
              brim models remove NAME         delete its files
              brim models verify              read every file and compare its SHA-256

            And any GGUF file:

              brim models inspect FILE        what it holds, and whether and how fast it can run here
              brim models quantize IN OUT     its weights in another type
            """,
        subcommands: [
            List.self, Fetch.self, Pull.self, Recommend.self, Use.self, Remove.self, Verify.self, Inspect.self,
            Quantize.self, Diff.self, Patch.self,
        ],
        defaultSubcommand: List.self)
}

extension ModelsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What there is, and what is here.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "One JSON object a line.") var json = false

        struct Row: Encodable {
            var name: String
            var kind: String
            var summary: String
            var licence: String?
            var bytes: Int64
            var optional: Bool
            var state: String
            var path: String?
            var inUse: Bool

            enum CodingKeys: String, CodingKey {
                case name, kind, summary, licence, bytes, optional, state, path
                case inUse = "in_use"
            }
        }

        func run() async throws {
            let inUse = try await options.modelName()
            let library = try options.library()
            for warning in library.warnings { Terminal.writeError("brim: \(warning)") }
            let rows = library.entries.map { entry in
                switch library.state(of: entry) {
                case .present(let directory):
                    Self.row(entry, "present", directory + "/" + entry.files[0].path, inUse)
                case .missing: Self.row(entry, "missing", nil, inUse)
                case .wrongSize(let path, _, _): Self.row(entry, "corrupted", path, inUse)
                }
            }
            for row in rows {
                if json {
                    try JSONLines.write(row)
                    continue
                }
                let size = String(format: "%4d MB", Int((row.bytes + 500_000) / 1_000_000))
                let name = row.name.padding(toLength: 18, withPad: " ", startingAt: 0)
                let shown =
                    row.inUse && row.state == "present"
                    ? "in use" : row.optional && row.state == "missing" ? "available" : row.state
                let state = shown.padding(toLength: 10, withPad: " ", startingAt: 0)
                try Terminal.writeLine("\(name) \(state) \(size)  \(row.licence ?? "?")  \(row.summary)")
            }
            if !json, rows.contains(where: { $0.state == "missing" && !$0.optional }) {
                Terminal.writeError("To get what is missing: brim models fetch")
            }
        }

        private static func row(_ entry: ModelEntry, _ state: String, _ path: String?, _ inUse: String) -> Row {
            Row(
                name: entry.name, kind: entry.kind.rawValue, summary: entry.summary, licence: entry.licence,
                bytes: entry.bytes, optional: entry.optional == true, state: state, path: path,
                inUse: entry.name == inUse)
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
                let directory = try await ModelProgress.fetching(entry.name, entry.downloadBytes) { report in
                    try await fetcher.fetch(entry, progress: report)
                }
                Terminal.writeError("\(entry.name) is here, verified: \(directory)/\(entry.files[0].path)")
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
