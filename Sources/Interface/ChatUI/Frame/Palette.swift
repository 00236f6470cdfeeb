/// What a terminal is told to show for a ``Style``: colour numbers of its palette, or `nil` for its own default.
public struct Look: Sendable, Hashable {
    public var foreground: Int?
    public var background: Int?
    public var emphasis: Emphasis
}

/// How many colours a terminal has.
public enum ColourDepth: Sendable, Hashable, CaseIterable {
    /// None, or `NO_COLOR` was set.
    case mono
    case eight
    case sixteen
    /// The 256-colour cube and greys of xterm.
    case indexed
}

/// Turns the meaning of a style into the colours that a terminal has. Blue is never used: on black it cannot be read.
public struct Palette: Sendable, Hashable {
    public var depth: ColourDepth

    public init(_ depth: ColourDepth) {
        self.depth = depth
    }

    public func look(of style: Style) -> Look {
        switch depth {
        case .mono: mono(style)
        case .eight: basic(style, grey: nil)
        case .sixteen: basic(style, grey: 8)
        case .indexed:
            Look(
                foreground: Self.indexed(style.ink), background: Self.indexed(style.ground), emphasis: style.emphasis)
        }
    }

    private func mono(_ style: Style) -> Look {
        var emphasis = style.emphasis
        if style.ink == .faint { emphasis.insert(.dim) }
        return Look(foreground: nil, background: nil, emphasis: emphasis)
    }

    private func basic(_ style: Style, grey: Int?) -> Look {
        var emphasis = style.emphasis
        let foreground: Int?
        switch style.ink {
        case .text, .muted: foreground = nil
        case .faint:
            foreground = grey
            if grey == nil { emphasis.insert(.dim) }
        case .brand: foreground = 6
        case .person, .warning: foreground = 3
        case .cloud: foreground = 5
        case .cache, .good: foreground = 2
        case .danger: foreground = 1
        }
        if style.ink == .danger { emphasis.insert(.bold) }
        return Look(foreground: foreground, background: nil, emphasis: emphasis)
    }

    private static func indexed(_ ink: Ink) -> Int? {
        switch ink {
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

    private static func indexed(_ ground: Ground) -> Int? {
        switch ground {
        case .base: nil
        case .track: 237
        case .panel: 235
        }
    }
}
