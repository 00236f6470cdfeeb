/// Which characters a terminal's font can be trusted with.
package enum GlyphTier: String, Sendable, Hashable, CaseIterable {
    /// A terminal emulator in UTF-8: eighth blocks and braille.
    case rich
    /// The Linux console: box drawing, `█▒░`, arrows; none of the eighth blocks.
    case console
    case ascii
}

/// What a terminal can show, as far as the picture depends on it.
package struct Capabilities: Sendable, Hashable {
    package var glyphs: GlyphTier
    package var colours: ColourDepth

    package init(glyphs: GlyphTier = .rich, colours: ColourDepth = .indexed) {
        self.glyphs = glyphs
        self.colours = colours
    }

    /// Chooses from the environment (`TERM`, `NO_COLOR`, `LC_ALL`, `LC_CTYPE`, `LANG`) and what terminfo said.
    ///
    /// - Parameters:
    ///   - terminalColours: the number of colours that terminfo promises, 0 or less for none.
    ///   - forceASCII: the person asked for plain ASCII.
    package init(environment: [String: String], terminalColours: Int, forceASCII: Bool = false) {
        let term = environment["TERM"] ?? ""
        if forceASCII || term.isEmpty || term == "dumb" || !Self.isUTF8(environment) {
            glyphs = .ascii
        } else {
            glyphs = Self.hasConsoleFont(term) ? .console : .rich
        }
        if let noColour = environment["NO_COLOR"], !noColour.isEmpty {
            colours = .mono
        } else {
            switch terminalColours {
            case 256...: colours = .indexed
            case 16...: colours = .sixteen
            case 8...: colours = .eight
            default: colours = .mono
            }
        }
    }

    /// Whether the locale that the environment names speaks UTF-8, by the rules of `setlocale(3)`.
    package static func isUTF8(_ environment: [String: String]) -> Bool {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        let lowered = name.lowercased()
        return lowered.contains("utf-8") || lowered.contains("utf8")
    }

    private static func hasConsoleFont(_ term: String) -> Bool {
        term == "linux" || term.hasPrefix("linux-") || term.hasPrefix("vt")
    }
}
