import AssistantCore
import ChatUI
import Foundation
import LocalInference
import Store

/// What the screen may do with the conversations that are kept. What goes wrong is said on the screen.
struct ConversationActions: Sendable {
    let store: any ConversationStore
    let traces: ConversationTraces
    let inbox: any ActionInbox

    private static let longestList = 200

    // MARK: - The list

    /// Those of which the title has the query, then those in which its words were said.
    func list(_ query: String) async {
        await attempt {
            let titled = try await store.conversations(
                titled: query.isEmpty ? nil : query, limit: Self.longestList, offset: 0)
            var found = titled.map { listed($0) }
            var known = Set(titled.map(\.id))
            for hit in try await store.search(query, limit: Self.longestList)
            where known.insert(hit.conversation).inserted {
                guard let conversation = try await store.conversation(hit.conversation) else { continue }
                found.append(listed(conversation, excerpt: hit.excerpt.map(\.text).joined()))
            }
            inbox.post(.conversations(found, for: query))
        }
    }

    private func listed(_ conversation: Conversation, excerpt: String = "") -> ListedConversation {
        ListedConversation(
            id: conversation.id, title: conversation.title,
            time: conversation.updatedAt.inWords(now: .now),
            messageCount: conversation.messageCount, excerpt: excerpt)
    }

    // MARK: - One conversation

    /// What was said in it; `nil` where it is gone.
    func open(_ id: ConversationID) async -> OpenedConversation? {
        await attempt {
            guard let conversation = try await store.conversation(id) else {
                inbox.post(.hint("this conversation is not there any more"))
                return nil
            }
            return OpenedConversation(
                id: id, title: conversation.title, messages: try await store.messages(of: id))
        } ?? nil
    }

    func rename(_ id: ConversationID, to title: String) async {
        await attempt { try await store.rename(id, to: title, at: .now) }
    }

    func delete(_ id: ConversationID) async {
        await attempt {
            let places = try await traces.empty(id)
            guard !places.isEmpty else { return inbox.post(.hint("deleted, with all that came from it")) }
            inbox.post(
                .notice(
                    Notice(
                        .warning,
                        "It was deleted, but may still stand in \(places.joined(separator: ", ")). Delete that yourself."
                    )))
        }
    }

    /// Forgets all that was said since the start, without a word.
    func forgetAll() async {
        await attempt { _ = try await traces.empty(nil) }
    }

    /// Tells the screen under which title a conversation is kept.
    func announce(_ id: ConversationID) async {
        await attempt {
            guard let conversation = try await store.conversation(id) else { return }
            inbox.post(.titled(id, conversation.title))
        }
    }

    func export(_ id: ConversationID, to argument: String) async {
        await attempt {
            guard let conversation = try await store.conversation(id) else { return }
            let export = ConversationExport(conversation, try await store.messages(of: id))
            let path = try ExportFile(argument, title: conversation.title).write(export)
            inbox.post(.hint("written to \(path)"))
        }
    }

    @discardableResult
    private func attempt<Value>(_ work: () async throws -> Value) async -> Value? {
        do {
            return try await work()
        } catch {
            inbox.post(.notice(Notice(.warning, String(describing: error))))
            return nil
        }
    }
}

extension Timestamp {
    /// The time of day where that is today, else the date.
    func inWords(now: Timestamp) -> String {
        let offset = LocalTime.offset(at: self)
        let then = advanced(by: offset).iso8601
        let today = now.advanced(by: offset).iso8601.prefix(10)
        return then.hasPrefix(today) ? String(then.dropFirst(11).prefix(5)) : String(then.prefix(10))
    }
}

/// Knows everything that a conversation leaves on this device, and empties it; there is no other way to forget one.
///
/// In the store that is messages, verdicts, the index of words, cached answers, the log and free pages
/// (``DatabaseStore/forget(_:)``); in memory what the model has read. What stays is what a promise of its own keeps: spending, consent, and the audit log, which holds no text.
struct ConversationTraces: Sendable {
    let store: DatabaseStore
    let processor: LocalLanguageModel?

    /// - Parameter conversation: `nil` for all that was said since the start, as in a kiosk that keeps nothing.
    /// - Returns: files in which something may stand all the same.
    func empty(_ conversation: ConversationID?) async throws -> [String] {
        await processor?.forget()
        return try await store.forget(conversation)
    }
}

/// A new file for a conversation that is taken along. Nothing is ever overwritten, and only its owner may read it.
struct ExportFile {
    enum Form: String { case markdown = "md", json }

    let form: Form
    /// `nil` where the person left the choice.
    private let path: String?
    private let title: String

    private static let mostAttempts = 1_000
    private static let longestName = 40

    /// - Parameter argument: `json`, `md`, a path whose ending says which, or nothing.
    init(_ argument: String, title: String) {
        self.title = title
        if let form = Form(rawValue: argument.lowercased()) {
            (self.form, path) = (form, nil)
        } else {
            form = argument.lowercased().hasSuffix(".json") ? .json : .markdown
            path = argument.isEmpty ? nil : (argument as NSString).expandingTildeInPath
        }
    }

    /// Returns where it was written to. Throws ``CommandFailure`` where that cannot be.
    func write(_ export: ConversationExport) throws -> String {
        let bytes: Data
        switch form {
        case .markdown: bytes = Data(export.markdown.utf8)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            bytes = try encoder.encode(export) + Data("\n".utf8)
        }
        if let path {
            try create(path, bytes)
            return path
        }
        let folder = FileManager.default.currentDirectoryPath
        for number in 1...Self.mostAttempts {
            let path = "\(folder)/\(name)\(number == 1 ? "" : "-\(number)").\(form.rawValue)"
            guard !FileManager.default.fileExists(atPath: path) else { continue }
            try create(path, bytes)
            return path
        }
        throw CommandFailure("there are too many files called \(name) in \(folder); name another one")
    }

    /// `brim-` and the words of the title.
    private var name: String {
        let words = title.lowercased().split { !($0.isLetter || $0.isNumber) }
        return "brim-"
            + (words.isEmpty ? "conversation" : String(words.joined(separator: "-").prefix(Self.longestName)))
    }

    private func create(_ path: String, _ bytes: Data) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: bytes)
            try handle.close()
        } catch {
            throw CommandFailure("\(path) cannot be written: \(SystemReason.words(of: error))")
        }
    }

    private func failure(_ path: String) -> CommandFailure {
        errno == EEXIST
            ? CommandFailure("\(path) is there already; name another file")
            : CommandFailure("\(path) cannot be written: \(SystemReason.words(errno))")
    }
}
