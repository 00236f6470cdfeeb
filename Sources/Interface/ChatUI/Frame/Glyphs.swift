/// The characters of the picture, for one tier of fonts. Every one takes a single cell.
struct Glyphs: Sendable {
    var prompt = ">"
    var rule = "─"
    /// Beside what a person said, and beside answers by where they were made: shapes that differ without colour.
    var personBar = "┃"
    var localBar = "│"
    var cloudBar = "║"
    var cacheBar = "┆"
    var dot = "·"
    var bullet = "●"
    var arrow = "→"
    var up = "↑"
    var down = "↓"
    var ellipsis = "…"
    var stop = "■"
    var alert = "▲"
    var corners = Corners(topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", side: "│")
    /// From a sliver to a full cell. The last is a full cell; fewer entries mean coarser bars.
    var barSteps = ["█"]
    var barEmpty = "░"
    /// Before each line of code, where it has no ground of its own.
    var codeBar = "│"
    /// From low to high, for short histories.
    var historySteps = ["░", "▒", "█"]
    /// The sign of the house, a few lines of one width.
    var hat = ["   █████   ", "   ▒▒▒▒▒   ", "███████████"]
    /// Pictures of "at work", shown in turn.
    var spinner = ["|", "/", "-", "\\"]

    struct Corners: Sendable {
        var topLeft, topRight, bottomLeft, bottomRight, side: String
    }

    static let rich: Glyphs = {
        var glyphs = Glyphs()
        glyphs.prompt = "❯"
        glyphs.corners = Corners(topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯", side: "│")
        glyphs.barSteps = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
        glyphs.barEmpty = " "
        glyphs.codeBar = " "
        glyphs.historySteps = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"]
        glyphs.hat = ["   ▄▆███▆▄   ", "   ███████   ", "▀▀▀▀▀▀▀▀▀▀▀▀▀"]
        glyphs.spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
        return glyphs
    }()

    static let console = Glyphs()

    static let ascii: Glyphs = {
        var glyphs = Glyphs()
        glyphs.rule = "-"
        glyphs.personBar = "#"
        glyphs.localBar = "|"
        glyphs.cloudBar = ":"
        glyphs.cacheBar = "'"
        glyphs.dot = "-"
        glyphs.bullet = "*"
        glyphs.arrow = ">"
        glyphs.up = "^"
        glyphs.down = "v"
        glyphs.ellipsis = "~"
        glyphs.stop = "x"
        glyphs.alert = "!"
        glyphs.corners = Corners(topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", side: "|")
        glyphs.barSteps = ["#"]
        glyphs.barEmpty = "."
        glyphs.codeBar = "|"
        glyphs.hat = ["   _____   ", "  |     |  ", "==+-----+=="]
        glyphs.historySteps = [".", ":", "#"]
        return glyphs
    }()

    init() {}

    init(_ capabilities: Capabilities) {
        switch capabilities.glyphs {
        case .rich: self = .rich
        case .console: self = .console
        case .ascii: self = .ascii
        }
        // Without a background colour the empty part of a bar and the ground of code have to be drawn.
        guard capabilities.glyphs == .rich, capabilities.colours != .indexed else { return }
        barEmpty = "░"
        codeBar = corners.side
    }
}
