import AssistantCore
import ChatUI
import Foundation

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
