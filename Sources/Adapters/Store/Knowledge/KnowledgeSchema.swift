internal import GRDB

/// The tables of the index of collections, in a database of its own: all in it can be read again from the documents.
///
/// A step that was released is never changed: a later one is added.
enum KnowledgeSchema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 collections") { try $0.execute(sql: collections) }
        migrator.registerMigration("2 vectors") { try $0.execute(sql: vectors) }
        return migrator
    }()

    /// What a word weighs where it stands: in a document's title, in a heading, in the text.
    static let weights = "8.0, 2.0, 1.0"

    private static let collections = """
        CREATE TABLE collection (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            root TEXT NOT NULL,
            staysHome INTEGER NOT NULL CHECK (staysHome IN (0, 1)),
            attribution TEXT NOT NULL,
            updatedAt INTEGER
        ) STRICT;

        CREATE TABLE document (
            id INTEGER PRIMARY KEY,
            collection INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            title TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            problem TEXT,
            UNIQUE (collection, path)
        ) STRICT;

        CREATE TABLE passage (
            id INTEGER PRIMARY KEY,
            document INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            heading TEXT NOT NULL,
            page INTEGER,
            text TEXT NOT NULL,
            isAnswer INTEGER NOT NULL CHECK (isAnswer IN (0, 1))
        ) STRICT;
        CREATE INDEX passageByDocument ON passage (document);

        CREATE VIRTUAL TABLE passageWord USING fts5 (
            title, heading, text, content = 'passage', content_rowid = 'id',
            tokenize = 'porter unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER passageAdded AFTER INSERT ON passage BEGIN
            INSERT INTO passageWord (rowid, title, heading, text) VALUES (new.id, new.title, new.heading, new.text);
        END;
        CREATE TRIGGER passageRemoved AFTER DELETE ON passage BEGIN
            INSERT INTO passageWord (passageWord, rowid, title, heading, text)
            VALUES ('delete', old.id, old.title, old.heading, old.text);
        END;

        CREATE VIRTUAL TABLE questionWord USING fts5 (
            heading, content = 'passage', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER questionAdded AFTER INSERT ON passage WHEN new.isAnswer = 1 BEGIN
            INSERT INTO questionWord (rowid, heading) VALUES (new.id, new.heading);
        END;
        CREATE TRIGGER questionRemoved AFTER DELETE ON passage WHEN old.isAnswer = 1 BEGIN
            INSERT INTO questionWord (questionWord, rowid, heading) VALUES ('delete', old.id, old.heading);
        END;
        """

    /// What passages mean, by one encoder: its name is the one row of `vectorEncoder`.
    private static let vectors = """
        CREATE TABLE vectorEncoder (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL
        ) STRICT;

        CREATE TABLE passageVector (
            passage INTEGER PRIMARY KEY REFERENCES passage (id) ON DELETE CASCADE,
            vector BLOB NOT NULL
        ) STRICT;
        """
}
