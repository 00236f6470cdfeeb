extension String {
    /// The text with each U+0000 replaced by U+FFFD: SQLite's texts end at a zero byte, and the rest would be lost.
    var storable: String {
        utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self
    }
}
