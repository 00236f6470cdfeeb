extension Schema {
    /// `loss` says that charges or audit entries before `at` are missing, until somebody has acknowledged it. What the audit
    /// log lacks is in the log itself as well.
    ///
    /// Cached answers of earlier versions do not know the conversation that they came from, so they would outlive it.
    static let lossesAndAttempts = """
        CREATE TABLE loss (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            scope TEXT NOT NULL CHECK (scope IN ('audit', 'spending')),
            at INTEGER NOT NULL,
            acknowledgedAt INTEGER
        ) STRICT;

        CREATE TABLE pinFailure (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            failures INTEGER NOT NULL,
            lastAt INTEGER NOT NULL
        ) STRICT;

        DELETE FROM answer;
        """
}
