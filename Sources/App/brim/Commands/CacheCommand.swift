import ArgumentParser
import AssistantCore
import Foundation
import Store

/// `brim cache`: the earlier answers that are kept.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Earlier answers that are kept: list them, or clear them.",
        subcommands: [List.self, Clear.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is kept, the latest first (the default).")

        @OptionGroup var options: GlobalOptions
        @Option(help: "At most this many.") var limit = 50
        @Flag(help: "One JSON object a line.") var json = false

        private struct Line: Encodable {
            var key: String
            var prompt: String
            var answer: String
            var origin: Origin
            var model: String
            var hits: Int
            var stored_at_ms: Int64
            var expires_at_ms: Int64
        }

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit takes 0 or more") }
        }

        func run() async throws {
            let (entries, statistics) = try await options.withStore { store in
                (try await store.cache.entries(limit: limit), try await store.cache.statistics())
            }
            if json {
                for entry in entries {
                    try JSONLines.write(
                        Line(
                            key: entry.key, prompt: entry.prompt, answer: entry.answer.text,
                            origin: entry.answer.origin,
                            model: entry.answer.model, hits: entry.hits,
                            stored_at_ms: entry.storedAt.millisecondsSince1970,
                            expires_at_ms: entry.expiresAt.millisecondsSince1970))
                }
                return
            }
            for entry in entries {
                let state = entry.expiresAt < .now ? "expired" : "kept"
                try Terminal.writeLine(
                    "\(entry.key)  \(entry.storedAt.iso8601)  \(state)  \(entry.hits) hits  \(entry.answer.origin.rawValue)"
                        + "  \(entry.prompt.firstLine(60))")
            }
            try Terminal.writeLine(
                "\(statistics.entries) of \(statistics.maxEntries) answers, \(statistics.bytes / 1024) of"
                    + " \(statistics.maxBytes / 1024) KiB, served \(statistics.hits) times")
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget every earlier answer.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "Only those that have expired.") var expired = false

        func run() async throws {
            let removed = try await options.withStore { store in
                expired ? try await store.cache.removeExpired(at: .now) : try await store.cache.clear()
            }
            try Terminal.writeLine("\(removed) answers removed")
        }
    }
}

extension String {
    /// The text before the first line break, cut to `limit` characters.
    fileprivate func firstLine(_ limit: Int) -> String {
        let line = prefix { !$0.isNewline }
        return line.count > limit ? line.prefix(limit - 1) + "…" : String(line)
    }
}
