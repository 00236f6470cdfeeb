extension Schema {
    /// `lastUse` counts uses, so that the order of eviction does not hang on the clock. The totals are kept by
    /// triggers: a `put` would otherwise have to add up every entry.
    static let answerCache = """
        CREATE TABLE answer (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            prompt TEXT NOT NULL,
            text TEXT NOT NULL,
            origin TEXT NOT NULL,
            model TEXT NOT NULL,
            figures TEXT NOT NULL,
            conversation INTEGER REFERENCES conversation ON DELETE CASCADE,
            storedAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            lastUsedAt INTEGER NOT NULL,
            lastUse INTEGER NOT NULL,
            hits INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX answerByUse ON answer (lastUse);
        CREATE INDEX answerByExpiry ON answer (expiresAt);
        CREATE INDEX answerByConversation ON answer (conversation);

        CREATE TABLE answerTotal (entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
        INSERT INTO answerTotal VALUES (0, 0);
        CREATE TRIGGER answerAdded AFTER INSERT ON answer BEGIN
            UPDATE answerTotal SET entries = entries + 1, bytes = bytes + new.bytes;
        END;
        CREATE TRIGGER answerRemoved AFTER DELETE ON answer BEGIN
            UPDATE answerTotal SET entries = entries - 1, bytes = bytes - old.bytes;
        END;
        """
}
