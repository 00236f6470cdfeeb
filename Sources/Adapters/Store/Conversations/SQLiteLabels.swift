package import AssistantCore
internal import GRDB

/// Keeps verdicts on answers (right, wrong) for the next calibration; each leaves with its answer.
package struct SQLiteLabels: Sendable {
    let access: DatabaseAccess

    /// Keeps a verdict; `nil` takes it back. Throws where there is no such answer.
    package func label(_ message: MessageID, as verdict: AnswerVerdict?, at now: Timestamp) async throws(StoreError) {
        try await access.write { database in
            guard let verdict else {
                try database.execute(sql: "DELETE FROM label WHERE message = ?", arguments: [message.rawValue])
                return
            }
            try database.execute(
                sql: """
                    INSERT INTO label (message, verdict, labelledAt)
                    SELECT id, ?, ? FROM message WHERE id = ? AND role = ?
                    ON CONFLICT (message) DO UPDATE SET verdict = excluded.verdict, labelledAt = excluded.labelledAt
                    """,
                arguments: [
                    verdict.rawValue, now.millisecondsSince1970, message.rawValue, Role.assistant.rawValue,
                ])
            guard database.changesCount == 1 else {
                throw StoreError(.notFound, "There is no answer \(message.rawValue) to be judged.")
            }
        }
    }

    /// Returns the verdict; `nil` where the answer was not judged.
    package func label(of message: MessageID) async throws(StoreError) -> AnswerVerdict? {
        try await access.read { database in
            try Row.fetchOne(
                database, sql: "SELECT verdict FROM label WHERE message = ?", arguments: [message.rawValue]
            ).map { try $0.checkedCase("verdict") }
        }
    }

    /// Returns all judged answers, in the order of the messages.
    package func labelledAnswers() async throws(StoreError) -> [LabelledAnswer] {
        try await access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT message.*, label.verdict AS verdict, label.labelledAt AS labelledAt, coalesce((
                        SELECT text FROM message AS earlier
                        WHERE earlier.conversation = message.conversation AND earlier.id < message.id
                            AND earlier.role = ?
                        ORDER BY earlier.id DESC LIMIT 1), '') AS question
                    FROM label JOIN message ON message.id = label.message ORDER BY message.id
                    """,
                arguments: [Role.user.rawValue]
            ).map(Self.answer)
        }
    }

    @Sendable private static func answer(_ row: Row) throws(StoreError) -> LabelledAnswer {
        let record = try MessageRecord(row)
        let answer = record.stored
        return LabelledAnswer(
            message: answer.id, conversation: answer.conversation, question: try row.checked("question"),
            answer: answer.message.text, origin: answer.origin, model: answer.model,
            confidence: answer.figures?.confidence,
            signals: try record.signals.map(StoredJSON.decode) ?? [], verdict: try row.checkedCase("verdict"),
            labelledAt: Timestamp(millisecondsSince1970: try row.checked("labelledAt")))
    }
}
