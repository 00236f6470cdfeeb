/// What a verification of the audit log found, and what it cannot know.
package struct AuditVerification: Sendable, Hashable, CustomStringConvertible {
    /// The first place at which the log is not what was written.
    package struct Flaw: Sendable, Hashable, CustomStringConvertible {
        package enum Kind: String, Sendable, Hashable {
            /// The entry is not the one that was written: changed, put in between, or moved here.
            case altered
            /// The entry is not there, though a later one is.
            case missing
            /// The log was longer: this entry and all after it are gone.
            case truncated
            /// From somewhere in this range on, the log was written anew with hashes that fit each other.
            case rewritten
        }

        package var kind: Kind
        /// The first bad entry; more than one number where no checkpoint stands closer.
        package var entries: ClosedRange<Int64>

        init(_ kind: Kind, _ entries: ClosedRange<Int64>) {
            self.kind = kind
            self.entries = entries
        }

        package var description: String {
            let first =
                entries.count == 1
                ? "Entry \(entries.lowerBound)" : "One of the entries \(entries.lowerBound)–\(entries.upperBound)"
            return switch kind {
            case .altered: "\(first) is not the one that was written: it was changed, put in or moved there."
            case .missing: "\(first) is missing."
            case .truncated: "\(first) is missing, and the log ends before it."
            case .rewritten: "\(first) was replaced, and the log was written anew from there on."
            }
        }
    }

    /// What the log itself says is missing: the database was damaged, or taken away.
    package struct Loss: Sendable, Hashable {
        /// The entry that says so.
        package var entry: Int64
        /// A sentence without its full stop.
        package var reason: String
        /// A later entry says that the operator knows.
        package var isAcknowledged = false

        init(entry: Int64, reason: String) {
            self.entry = entry
            self.reason = reason
        }
    }

    /// `nil` where nothing bad was found.
    package var flaw: Flaw?
    /// Entries that were found good, from the first on.
    package var goodEntries: Int64
    /// In the order of the log.
    package var losses: [Loss]
    /// The last entry that an outside checkpoint vouches for; `nil` without a checkpoint.
    package var checkpointedThrough: Int64?
    /// Whether the triggers that keep SQLite from changing the log are in place.
    package var guardsAreIntact: Bool

    /// Whether all is there that was written, or the operator knows what is not.
    package var isIntact: Bool { flaw == nil && guardsAreIntact && losses.allSatisfy(\.isAcknowledged) }

    /// What was shown and what was not, in sentences.
    package var description: String {
        var sentences: [String] = []
        if let flaw {
            sentences.append(flaw.description)
            if goodEntries > 0 { sentences.append("The \(goodEntries) before it fit each other.") }
        } else {
            sentences.append("\(goodEntries) entries, each fits the one before.")
        }
        for loss in losses {
            let knowledge =
                loss.isAcknowledged ? " The operator knows." : " Nobody has acknowledged it: brim audit acknowledge."
            sentences.append("Entry \(loss.entry) says: \(loss.reason).\(knowledge)")
        }
        if !guardsAreIntact {
            sentences.append("The triggers that keep the log from being changed are missing or were altered.")
        }
        switch (checkpointedThrough, flaw) {
        case (nil, _):
            sentences.append(
                """
                Without a checkpoint kept elsewhere, a log that was rewritten as a whole, or cut off with care at its \
                end, looks the same: this shows only that nothing within it was changed alone.
                """
            )
        case (let sequence?, nil):
            sentences.append(
                """
                The checkpoint vouches for entries up to \(sequence); what came after it could have been rewritten or \
                cut off by whoever has this device's files.
                """
            )
        case (_?, _?): break
        }
        return sentences.joined(separator: " ")
    }
}
