/// What a cell's colour means. A ``Palette`` turns the meaning into what the terminal has.
public enum Ink: UInt8, Sendable, Hashable, CaseIterable {
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
public enum Ground: UInt8, Sendable, Hashable, CaseIterable {
    /// The terminal's own background.
    case base
    /// The empty part of a bar.
    case track
    /// A panel over the screen.
    case panel
}

/// Emphasis by shape, for terminals without colour as well.
public struct Emphasis: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Emphasis(rawValue: 1)
    public static let dim = Emphasis(rawValue: 2)
    public static let italic = Emphasis(rawValue: 4)
    public static let underline = Emphasis(rawValue: 8)
    public static let reverse = Emphasis(rawValue: 16)
}

/// How a cell looks, by meaning.
public struct Style: Sendable, Hashable {
    public var ink: Ink
    public var ground: Ground
    public var emphasis: Emphasis

    public init(_ ink: Ink = .text, on ground: Ground = .base, _ emphasis: Emphasis = []) {
        self.ink = ink
        self.ground = ground
        self.emphasis = emphasis
    }

    public static let plain = Style()

    /// In 11 bits.
    var packed: UInt16 { UInt16(ink.rawValue) | UInt16(ground.rawValue) << 4 | UInt16(emphasis.rawValue) << 6 }

    /// - Parameter packed: what ``packed`` gave.
    init(packed: UInt16) {
        self.init(
            Ink(rawValue: UInt8(packed & 15)) ?? .text, on: Ground(rawValue: UInt8(packed >> 4 & 3)) ?? .base,
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

    init(_ text: String, _ ink: Ink, _ emphasis: Emphasis = []) {
        self.init(text, Style(ink, emphasis))
    }
}

extension Span {
    /// Cells that it takes.
    var width: Int { CellWidth.of(text) }
}

extension Style {
    init(_ ink: Ink, _ emphasis: Emphasis) {
        self.init(ink, on: .base, emphasis)
    }
}

extension [Span] {
    /// Cells that the spans take side by side.
    var width: Int { reduce(0) { $0 + $1.width } }
}
