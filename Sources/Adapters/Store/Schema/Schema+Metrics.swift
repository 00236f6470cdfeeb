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

    /// Why and how turns ended, and the tokens of a charge at worst, which count until the server has counted.
    static let endingsAndTokens = """
        ALTER TABLE turn ADD COLUMN reason TEXT;
        ALTER TABLE turn ADD COLUMN ending TEXT;
        ALTER TABLE turn ADD COLUMN isUnsure INTEGER CHECK (isUnsure IN (0, 1));
        ALTER TABLE charge ADD COLUMN worstCaseTokens INTEGER NOT NULL DEFAULT 0;
        """
}
