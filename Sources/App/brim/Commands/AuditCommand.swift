import ArgumentParser
import AssistantCore
import Foundation
import Store

/// `brim audit`: the log of what left this device and what was kept from leaving.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "The log of what left this device, and what was kept from leaving.",
        discussion: """
              brim audit                                the latest entries
              brim audit checkpoint > monday.json       a signed checkpoint, to be kept on another machine
              brim audit verify --checkpoint monday.json
              brim audit acknowledge                    go on after the database was damaged or lost

            The log holds no text, only keyed digests. Each entry is chained to the one before; what a checkpoint kept \
            elsewhere vouches for cannot be changed unnoticed.
            """,
        subcommands: [List.self, Verify.self, Checkpoint.self, Acknowledge.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The latest entries (the default).")

        @OptionGroup var options: GlobalOptions
        @Option(help: "At most this many.") var limit = 50
        @Flag(help: "One JSON object a line.") var json = false

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit takes 0 or more") }
        }

        func run() async throws {
            let entries = try await options.withStore { try await $0.audit.entries(limit: limit, offset: 0) }
            for entry in entries {
                if json { try JSONLines.write(entry) } else { try Terminal.writeLine(entry.line) }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether the log is what was written; names the first bad entry.",
            discussion: "Exit code 0 where nothing bad was found and nothing is missing unacknowledged, else 1.")

        @OptionGroup var options: GlobalOptions
        @Option(help: ArgumentHelp("A checkpoint that was kept elsewhere.", valueName: "file")) var checkpoint: String?
        @Option(
            help: ArgumentHelp(
                "The public key that the checkpoint must be signed with; this device's own by default.",
                valueName: "hex"))
        var trusting: String?
        @Flag(help: "A JSON object.") var json = false

        private struct Result: Encodable {
            var intact: Bool
            var good_entries: Int64
            var first_bad_entry: Int64?
            /// Entries that say that others are missing.
            var losses: [Int64]
            var checkpointed_through: Int64?
            var message: String
        }

        func run() async throws {
            let file = try checkpoint.map {
                try AuditCheckpoint(json: [UInt8](InputFile.bytes($0, upTo: AuditCheckpoint.largestFile)))
            }
            let found = try await options.withStore {
                try await $0.audit.verify(checkpoint: file, trusting: trusting)
            }
            if json {
                try JSONLines.write(
                    Result(
                        intact: found.isIntact, good_entries: found.goodEntries,
                        first_bad_entry: found.flaw?.entries.lowerBound, losses: found.losses.map(\.entry),
                        checkpointed_through: found.checkpointedThrough, message: found.description))
            } else {
                try Terminal.writeLine(found.description)
            }
            guard found.isIntact else { throw ExitCode(1) }
        }
    }

    struct Checkpoint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign the log as it stands; keep the file on another machine.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let checkpoint = try await options.withStore { try await $0.audit.checkpoint(at: .now) }
            try Terminal.writeRaw(String(decoding: checkpoint.json(), as: UTF8.self))
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that you know what is missing after the database was damaged or lost.",
            discussion: """
                Read `brim audit verify` first. From then on it is content with what is there, and spending that cannot be \
                read no longer counts as spent: look at your provider's bill for it. The log keeps an entry of this.
                """)

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let wasMissing = try await options.withStore { try await $0.audit.acknowledgeLosses(at: .now) }
            try Terminal.writeLine(wasMissing ? "acknowledged; the log says so" : "nothing is missing")
        }
    }
}
