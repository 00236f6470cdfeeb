import AssistantCore

extension AuditEntry {
    /// The entry as one line of a list.
    var line: String {
        var parts = ["\(sequence)", time.iso8601, kind.rawValue, subject, reason]
        if let sent = sentTokens { parts.append("sent \(sent) tok") }
        if let received = receivedTokens { parts.append("received \(received) tok") }
        if let redactions { parts.append("\(redactions) redacted") }
        if let cost = costMicroUSD { parts.append(Money(microUSD: cost).description) }
        return parts.joined(separator: "  ")
    }
}
