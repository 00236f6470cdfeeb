/// What a terminal is told to show for a ``Style``: colour numbers of its palette, or `nil` for its own default.
package struct TerminalStyle: Sendable, Hashable {
    package var foreground: Int?
    package var background: Int?
    package var emphasis: Emphasis
}

/// How many colours a terminal has.
package enum ColourDepth: Sendable, Hashable, CaseIterable {
    /// None, or `NO_COLOR` was set.
    case mono
    case eight
    case sixteen
    /// The 256-colour cube and greys of xterm.
    case indexed
}

/// Turns the meaning of a style into the colours that a terminal has. Blue is never used: on black it cannot be read.
package struct Palette: Sendable, Hashable {
    package var depth: ColourDepth
    package var theme: Theme

    package init(_ depth: ColourDepth, theme: Theme = .dark) {
        self.depth = theme == .mono ? .mono : depth
        self.theme = theme
    }

    package func terminalStyle(of style: Style) -> TerminalStyle {
        switch depth {
        case .mono: mono(style)
        case .eight: basic(style, grey: nil)
        case .sixteen: basic(style, grey: theme == .dark ? 8 : nil)
        case .indexed: indexed(style)
        }
    }

    private func mono(_ style: Style) -> TerminalStyle {
        var emphasis = style.emphasis
        if style.color == .faint, theme != .highContrast { emphasis.insert(.dim) }
        return TerminalStyle(foreground: nil, background: nil, emphasis: emphasis)
    }

    // MARK: - The first colours of every terminal

    private func basic(_ style: Style, grey: Int?) -> TerminalStyle {
        var emphasis = style.emphasis
        var foreground: Int?
        switch style.color {
        case .text, .muted: foreground = nil
        case .faint:
            foreground = grey
            if grey == nil, theme != .highContrast { emphasis.insert(.dim) }
        case .brand: foreground = theme == .light ? 0 : 6
        case .person, .warning: foreground = theme == .light ? 1 : 3
        case .cloud: foreground = 5
        case .cache, .good: foreground = theme == .light ? 0 : 2
        case .danger: foreground = 1
        }
        if style.color == .danger || theme == .highContrast { emphasis.insert(.bold) }
        guard theme != .dark else { return TerminalStyle(foreground: foreground, background: nil, emphasis: emphasis) }
        // Red on black is the one that bright rooms swallow.
        if theme == .highContrast, style.color == .danger { foreground = 3 }
        let (color, background) = theme == .light ? (0, 7) : (7, 0)
        return TerminalStyle(foreground: foreground ?? color, background: background, emphasis: emphasis)
    }

    // MARK: - 256 colours

    private func indexed(_ style: Style) -> TerminalStyle {
        let (foreground, background) =
            switch theme {
            case .dark, .mono: (Self.dark(style.color), Self.dark(style.background))
            case .light: (Self.light(style.color), Self.light(style.background))
            case .highContrast: (Self.highContrast(style.color), Self.highContrast(style.background))
            }
        return TerminalStyle(foreground: foreground, background: background, emphasis: style.emphasis)
    }

    private static func dark(_ color: ColorRole) -> Int? {
        switch color {
        case .text: nil
        case .muted: 246
        case .faint: 241
        case .brand: 80
        case .person: 179
        case .cloud: 177
        case .cache: 150
        case .good: 114
        case .warning: 215
        case .danger: 203
        }
    }

    private static func dark(_ background: BackgroundRole) -> Int? {
        switch background {
        case .base: nil
        case .track: 237
        case .panel: 235
        }
    }

    /// Each at least 4.5 times as dark as white.
    private static func light(_ color: ColorRole) -> Int? {
        switch color {
        case .text: 16
        case .muted: 239
        case .faint: 240
        case .brand: 23
        case .person: 24
        case .cloud: 90
        case .cache: 58
        case .good: 22
        case .warning: 94
        case .danger: 124
        }
    }

    private static func light(_ background: BackgroundRole) -> Int? {
        switch background {
        case .base: 231
        case .track: 253
        case .panel: 255
        }
    }

    /// Each at least 7 times as bright as black.
    private static func highContrast(_ color: ColorRole) -> Int? {
        switch color {
        case .text, .muted: 231
        case .faint: 252
        case .brand: 51
        case .person: 226
        case .cloud: 219
        case .cache, .good: 120
        case .warning: 220
        case .danger: 217
        }
    }

    private static func highContrast(_ background: BackgroundRole) -> Int? {
        switch background {
        case .base, .panel: 16
        case .track: 236
        }
    }
}

/// Which colours stand for a meaning.
package enum Theme: String, Sendable, Hashable, CaseIterable {
    /// For a dark terminal, whose own background it leaves.
    case dark
    /// Dark on white, whatever the terminal's background is.
    case light
    /// White on black and few strong colours: for tired eyes, bad projectors and bright rooms.
    case highContrast = "high-contrast"
    /// No colour: shapes and words alone.
    case mono
}
