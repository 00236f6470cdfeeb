internal import AssistantCore

/// A model that is on its way to this device while another answers.
package struct ModelArrival: Sendable, Hashable {
    package var name: String
    /// Bytes that are here.
    package var bytes: Int64
    /// Bytes that there are; 0 where nobody knows.
    package var total: Int64
    /// Bytes a second, lately; `nil` where it is too early to tell.
    package var bytesPerSecond: Double?
    /// It is here, and is being verified or loaded.
    package var isReadied: Bool

    package init(
        name: String, bytes: Int64 = 0, total: Int64 = 0, bytesPerSecond: Double? = nil,
        isReadied: Bool = false
    ) {
        self.name = name
        self.bytes = bytes
        self.total = total
        self.bytesPerSecond = bytesPerSecond
        self.isReadied = isReadied
    }

    /// How far it is: `qwen2.5-coder-1.5b 43 % 5.2 MB/s 2 min`.
    var words: String {
        let name = TerminalText.sanitised(name)
        if isReadied { return "\(name) is made ready" }
        guard total > 0, (0...total).contains(bytes) else { return "\(name) is coming" }
        var words = "\(name) \(Int(Double(bytes) / Double(total) * 100)) %"
        guard let rate = bytesPerSecond, rate >= 1 else { return words }
        words += " \(Figures.fixed(rate / 1e6, decimals: 1)) MB/s"
        let seconds = min(max(0, Double(total - bytes) / rate), 359_999)
        return words
            + (seconds < 90
                ? " \(Int(seconds.rounded(.up))) s" : " \(Int((seconds / 60).rounded(.up))) min")
    }
}
