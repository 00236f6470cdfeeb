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

            The log holds no text, only keyed digests. Each entry is chained to the one before; what a checkpoint kept \\
            elsewhere vouches for cannot be changed unnoticed.
            """,
        subcommands: [List.self, Verify.self, Checkpoint.self],
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
            for entry in try await options.store().audit.entries(limit: limit, offset: 0) {
                if json { try JSONLines.write(entry) } else { try Terminal.writeLine(Self.line(entry)) }
            }
        }

        static func line(_ entry: AuditEntry) -> String {
            var parts = ["\(entry.sequence)", entry.time.iso8601, entry.kind.rawValue, entry.subject, entry.reason]
            if let sent = entry.sentTokens { parts.append("sent \(sent) tok") }
            if let received = entry.receivedTokens { parts.append("received \(received) tok") }
            if let redactions = entry.redactions { parts.append("\(redactions) redacted") }
            if let cost = entry.costMicroUSD { parts.append(Money(microUSD: cost).description) }
            return parts.joined(separator: "  ")
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether the log is what was written; names the first bad entry.",
            discussion: "Exit code 0 where nothing bad was found, else 1.")

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
            var checkpointed_through: Int64?
            var message: String
        }

        func run() async throws {
            let store = try options.store()
            let file = try checkpoint.map { try AuditCheckpoint(json: [UInt8](InputFile.bytes($0))) }
            let found = try await store.audit.verify(checkpoint: file, trusting: trusting)
            if json {
                try JSONLines.write(
                    Result(
                        intact: found.isIntact, good_entries: found.goodEntries,
                        first_bad_entry: found.flaw?.entries.lowerBound,
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
            let checkpoint = try await options.store().audit.checkpoint(at: .now)
            try Terminal.writeRaw(String(decoding: checkpoint.json(), as: UTF8.self))
        }
    }
}
