internal import GRDB

/// The tables, as a list of steps that each database has taken or has yet to take.
///
/// A step that was released is never changed: a later one is added. Tables are `STRICT`; times are milliseconds since
/// 1970, durations microseconds, money micro-USD.
enum Schema {
    /// In order.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        for (identifier, statements) in steps {
            migrator.registerMigration(identifier, foreignKeyChecks: .immediate) { try $0.execute(sql: statements) }
        }
        return migrator
    }()

    /// From this step on a database in use is marked as such.
    static let markedFrom = "7 losses and attempts"

    static var identifiers: [String] { steps.map(\.identifier) }

    private static let steps: [(identifier: String, statements: String)] = [
        ("1 conversations", conversations),
        ("2 answer cache", answerCache),
        ("3 spending", spending),
        ("4 audit and consent", auditAndConsent),
        ("5 labels and metrics", labelsAndMetrics),
        ("6 turn health", turnHealth),
        (markedFrom, lossesAndAttempts),
        ("8 messages that stay", messagesThatStay),
        ("9 endings and tokens", endingsAndTokens),
    ]
}
