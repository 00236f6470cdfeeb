/// What a cell's colour means. A ``Palette`` turns the meaning into what the terminal has.
package enum ColorRole: UInt8, Sendable, Hashable, CaseIterable {
    /// What is read.
    case text
    /// Labels and figures beside it.
    case muted
    /// Rules and the empty part of a bar.
    case faint
    /// Brim itself, and answers made on this device.
    case brand
    /// The person.
    case person
    /// A remote model.
    case cloud
    /// The store of earlier answers.
    case cache
    case good, warning, danger
}

/// What lies under a cell.
package enum BackgroundRole: UInt8, Sendable, Hashable, CaseIterable {
    /// The terminal's own background.
    case base
    /// The empty part of a bar.
    case track
    /// A panel over the screen.
    case panel
}

/// Emphasis by shape, for terminals without colour as well.
package struct Emphasis: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let bold = Emphasis(rawValue: 1)
    package static let dim = Emphasis(rawValue: 2)
    package static let italic = Emphasis(rawValue: 4)
    package static let underline = Emphasis(rawValue: 8)
    package static let reverse = Emphasis(rawValue: 16)
}

/// How a cell looks, by meaning.
package struct Style: Sendable, Hashable {
    package var color: ColorRole
    package var background: BackgroundRole
    package var emphasis: Emphasis

    package init(_ color: ColorRole = .text, on background: BackgroundRole = .base, _ emphasis: Emphasis = []) {
        self.color = color
        self.background = background
        self.emphasis = emphasis
    }

    package static let plain = Style()

    /// In 11 bits.
    var packed: UInt16 { UInt16(color.rawValue) | UInt16(background.rawValue) << 4 | UInt16(emphasis.rawValue) << 6 }

    /// - Parameter packed: what ``packed`` gave.
    init(packed: UInt16) {
        self.init(
            ColorRole(rawValue: UInt8(packed & 15)) ?? .text,
            on: BackgroundRole(rawValue: UInt8(packed >> 4 & 3)) ?? .base,
            Emphasis(rawValue: UInt8(packed >> 6 & 31)))
    }
}

/// A piece of a line in one style.
struct Span: Sendable, Hashable {
    var text: String
    var style: Style

    init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    init(_ text: String, _ color: ColorRole, _ emphasis: Emphasis = []) {
        self.init(text, Style(color, emphasis))
    }
}

extension Span {
    /// Cells that it takes.
    var width: Int { CellWidth.of(text) }
}

extension Style {
    init(_ color: ColorRole, _ emphasis: Emphasis) {
        self.init(color, on: .base, emphasis)
    }
}

extension [Span] {
    /// Cells that the spans take side by side.
    var width: Int { reduce(0) { $0 + $1.width } }
}
