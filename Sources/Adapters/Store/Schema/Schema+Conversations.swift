extension Schema {
    /// `messageWord` is a full-text index over `message`, which holds the text; the triggers keep them together.
    static let conversations = """
        CREATE TABLE conversation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            updatedAt INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX conversationByUpdate ON conversation (updatedAt);

        CREATE TABLE message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
            role TEXT NOT NULL,
            text TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            state TEXT NOT NULL,
            origin TEXT,
            model TEXT,
            figures TEXT,
            signals TEXT
        ) STRICT;
        CREATE INDEX messageByConversation ON message (conversation, id);

        CREATE VIRTUAL TABLE messageWord USING fts5 (
            text, content = 'message', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER messageAdded AFTER INSERT ON message BEGIN
            INSERT INTO messageWord (rowid, text) VALUES (new.id, new.text);
        END;
        CREATE TRIGGER messageRemoved AFTER DELETE ON message BEGIN
            INSERT INTO messageWord (messageWord, rowid, text) VALUES ('delete', old.id, old.text);
        END;
        CREATE TRIGGER messageChanged AFTER UPDATE OF text ON message BEGIN
            INSERT INTO messageWord (messageWord, rowid, text) VALUES ('delete', old.id, old.text);
            INSERT INTO messageWord (rowid, text) VALUES (new.id, new.text);
        END;
        """

    /// Takes the words of deleted messages out of the index.
    static let mergeWords = "INSERT INTO messageWord (messageWord) VALUES ('optimize')"

    /// Whether a message may ever be sent to a remote model. Of the messages of earlier versions nobody knows whether
    /// they were said under local-only, so they stay.
    static let messagesThatStay = """
        ALTER TABLE message ADD COLUMN mayLeave INTEGER NOT NULL DEFAULT 0 CHECK (mayLeave IN (0, 1));
        """

    /// Makes the index of words anew from the messages.
    static let rebuildWords = "INSERT INTO messageWord (messageWord) VALUES ('rebuild')"
}
