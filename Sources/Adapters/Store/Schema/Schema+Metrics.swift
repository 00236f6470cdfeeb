extension Schema {
    static let labelsAndMetrics = """
        CREATE TABLE label (
            message INTEGER PRIMARY KEY REFERENCES message ON DELETE CASCADE,
            verdict TEXT NOT NULL,
            labelledAt INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE turn (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            startedAt INTEGER NOT NULL,
            route TEXT NOT NULL,
            model TEXT,
            promptTokens INTEGER,
            generatedTokens INTEGER,
            transcriptionMicroseconds INTEGER,
            firstTokenMicroseconds INTEGER,
            cloudFirstTokenMicroseconds INTEGER,
            totalMicroseconds INTEGER,
            tokensPerSecond REAL,
            confidence REAL,
            costMicroUSD INTEGER
        ) STRICT;
        CREATE INDEX turnByTime ON turn (startedAt);
        """

    /// How the device was, as JSON; see `DeviceHealth`.
    static let turnHealth = "ALTER TABLE turn ADD COLUMN health TEXT;"
}
