extension Schema {
    static let auditAndConsent =
        """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL,
            reason TEXT NOT NULL,
            subject TEXT NOT NULL,
            promptDigest BLOB,
            replyDigest BLOB,
            sentTokens INTEGER,
            receivedTokens INTEGER,
            redactions INTEGER,
            costMicroUSD INTEGER,
            hash BLOB NOT NULL
        ) STRICT;

        CREATE TABLE consent (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            subject TEXT NOT NULL,
            isGranted INTEGER NOT NULL CHECK (isGranted IN (0, 1)),
            source TEXT NOT NULL,
            givenAt INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX consentBySubject ON consent (subject, id);

        """ + auditGuards.joined(separator: ";\n") + ";"

    /// The triggers that guard the audit log; a verification says when one is gone or was changed.
    ///
    /// They stop accidents and casual edits. What tells of the rest is the chain of hashes, and a checkpoint kept
    /// elsewhere. The guard on insertion also keeps `INSERT OR REPLACE` from replacing an entry.
    static let auditGuards = [
        """
        CREATE TRIGGER auditOnlyGrows BEFORE INSERT ON audit
        WHEN new.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit) BEGIN
            SELECT RAISE(ABORT, 'the audit log only grows at its end');
        END
        """,
        """
        CREATE TRIGGER auditNeverChanges BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is append-only');
        END
        """,
        """
        CREATE TRIGGER auditNeverShrinks BEFORE DELETE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is append-only');
        END
        """,
    ]
}
