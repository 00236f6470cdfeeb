internal import AssistantCore
internal import GRDB

/// Every word that was given, the last one counts.
struct SQLiteConsent: ConsentStore {
    let access: DatabaseAccess
    let key: DeviceKey

    func consent(to subject: String) async throws(StoreError) -> Consent? {
        try await access.read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM consent WHERE subject = ? ORDER BY id DESC LIMIT 1", arguments: [subject]
            ).map(Self.consent)
        }
    }

    func consents() async throws(StoreError) -> [Consent] {
        try await access.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM consent WHERE id IN (SELECT max(id) FROM consent GROUP BY subject) ORDER BY subject
                    """
            ).map(Self.consent)
        }
    }

    @Sendable private static func consent(_ row: Row) throws(StoreError) -> Consent {
        Consent(
            subject: try row.checked("subject"), isGranted: try row.checked("isGranted"),
            source: try row.checked("source"), givenAt: Timestamp(millisecondsSince1970: try row.checked("givenAt")))
    }

    func record(_ consent: Consent) async throws(StoreError) {
        let key = key
        try await access.write { database in
            try database.execute(
                sql: "INSERT INTO consent (subject, isGranted, source, givenAt) VALUES (?, ?, ?, ?)",
                arguments: [
                    consent.subject, consent.isGranted, consent.source, consent.givenAt.millisecondsSince1970,
                ])
            let event = AuditEvent(
                .consent, reason: "\(consent.isGranted ? "given" : "withdrawn"): \(consent.source)",
                subject: consent.subject)
            try AuditRecord.append(event, to: database, key: key, at: consent.givenAt)
        }
    }
}
