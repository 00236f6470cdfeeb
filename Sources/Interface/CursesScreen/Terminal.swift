internal import CNcurses
internal import CTerminal
internal import ChatUI
internal import Glibc

/// The terminal as ncurses has it: taken over, drawn on, given back.
///
/// One at a time and on the main thread: ncurses has one current screen for the process.
@MainActor
@safe
final class Terminal {
    let capabilities: Capabilities
    private let settings: ScreenSettings
    private let streams: Streams
    private let screen: OpaquePointer
    private var pairs: ColourPairs
    private var isTaken = true

    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"
    /// kitty's keyboard protocol: keys without doubles (1), and presses, repeats and releases told apart (2). Terminals that
    /// know it answer the question at the end. Empty for the Linux console, which would print what it does not know.
    private let keysOn: String
    private let keysOff: String
    /// Presses of the mouse and its wheel, in the form that has no limits (SGR). Empty where the terminal has no mouse.
    private let mouseOn: String
    private let mouseOff: String
    private var takesMouse = false

    /// Takes the terminal over: raw keys, the alternate screen, bracketed paste. Throws, with all as it was, where that
    /// cannot be. Signals must have been caught before, or ncurses installs handlers of its own.
    init(_ settings: ScreenSettings) throws(ScreenError) {
        guard isatty(settings.input) == 1, isatty(settings.output) == 1 else { throw .notATerminal }
        Self.setLocale(settings.environment)
        let name = try Terminfo.description(of: settings.environment["TERM"] ?? "", settings.output)
        let saved = ct_guard_save(settings.input)
        guard saved == 0 else { throw .system("tcgetattr", errno: saved) }
        streams = try Streams(settings)
        guard let screen = unsafe newterm(name, streams.output, streams.input) else { throw .unknownTerminal(name) }
        unsafe self.screen = screen
        self.settings = settings
        let isConsole = name.hasPrefix("linux")
        keysOn = isConsole ? "" : "\u{1B}[>3u\u{1B}[?u"
        keysOff = isConsole ? "" : "\u{1B}[<u"
        // The console knows no other form than the old one.
        let hasMouse = !isConsole && Terminfo.string("kmous") != nil
        mouseOn = hasMouse ? "\u{1B}[?1000h\u{1B}[?1006h" : ""
        mouseOff = hasMouse ? "\u{1B}[?1006l\u{1B}[?1000l" : ""
        capabilities = Capabilities(
            environment: settings.environment, terminalColours: Terminfo.number("colors") ?? 0,
            forceASCII: settings.forcesASCII)
        pairs = ColourPairs(Palette(capabilities.colours))
        configure()
        pushModes()
        holdErrors()
    }

    isolated deinit {
        leave()
        unsafe delscreen(screen)
    }

    // MARK: - Taking over and giving back

    /// ncurses writes in the character set of the locale. Where the one that is named speaks UTF-8 but is not
    /// installed, another that does will do.
    private static func setLocale(_ environment: [String: String]) {
        let isSet = unsafe setlocale(LC_CTYPE, "") != nil
        let speaksUTF8 = unsafe String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
        if !(isSet && speaksUTF8), Capabilities.isUTF8(environment) { unsafe _ = setlocale(LC_CTYPE, "C.UTF-8") }
    }

    private func configure() {
        raw()
        noecho()
        nonl()
        typeahead(-1)  // a key that waits must not hold up the picture
        unsafe idlok(cn_standard_screen(), true)
        guard capabilities.colours != .mono, has_colors() else { return }
        start_color()
        use_default_colors()
    }

    /// Draws in other colours from now on. Returns whether they are others than before: all must then be drawn anew.
    func setTheme(_ theme: Theme) -> Bool {
        guard theme != pairs.theme else { return false }
        pairs.setTheme(theme)
        unsafe cn_background(cn_standard_screen(), pairs.attributes(of: .plain).pair)
        return true
    }

    /// Takes what the mouse does from now on, or leaves it to the terminal.
    func setMouse(_ isTaken: Bool) {
        guard isTaken != takesMouse else { return }
        takesMouse = isTaken
        write(isTaken ? mouseOn : mouseOff)
    }

    private func pushModes() {
        var farewell =
            mouseOff + keysOff + Self.pasteOff + ["sgr0", "op", "cnorm"].compactMap(Terminfo.string).joined()
            + Self.leaveScreen
        if !settings.lastWords.isEmpty {
            farewell += (Terminfo.string("clear") ?? "") + settings.lastWords.replacing("\n", with: "\r\n")
        }
        unsafe farewell.utf8CString.withUnsafeBufferPointer { bytes in
            unsafe ct_guard_arm(bytes.baseAddress, bytes.count - 1)
        }
        write(Self.pasteOn + keysOn + (takesMouse ? mouseOn : ""))
    }

    /// Where there is no alternate screen to leave, what the shell writes next begins below the picture.
    private static var leaveScreen: String { Terminfo.string("rmcup") ?? "\u{1B}[999;1H\r\n" }

    /// Gives the terminal back, as it was. It can be taken again by ``takeAgain()``.
    func leave() {
        guard isTaken else { return }
        isTaken = false
        write(mouseOff + keysOff + Self.pasteOff)
        curs_set(1)
        endwin()
        ct_guard_disarm()
        _ = ct_guard_restore_settings()
        ct_errors_release()
    }

    /// Takes the terminal over again. The next picture must be drawn whole.
    func takeAgain() {
        guard !isTaken else { return }
        isTaken = true
        _ = ct_guard_save(settings.input)
        reset_prog_mode()
        unsafe _ = wrefresh(cn_standard_screen())
        pushModes()
        holdErrors()
    }

    /// What libraries write to the standard error would break the picture. Where it cannot be held it is only that.
    private func holdErrors() { _ = ct_errors_hold() }

    /// Asserts the modes after somebody else may have changed them.
    func assertModes() {
        reset_prog_mode()
        write(Self.pasteOn + (takesMouse ? mouseOn : ""))
    }

    /// Bytes that ncurses does not know of; between two pictures.
    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe Glibc.write(settings.output, $0.baseAddress, $0.count)
            }
            if count > 0 { sent += count } else if count == 0 || errno != EINTR { return }
        }
    }

    // MARK: - Drawing

    /// The size that the terminal reports now; what terminfo says, or 80x24, where it reports none.
    var size: Size {
        var window = winsize()
        let isKnown = unsafe ioctl(settings.output, UInt(TIOCGWINSZ), &window) == 0
        if isKnown, window.ws_col > 0, window.ws_row > 0 {
            return Self.size(columns: Int(window.ws_col), rows: Int(window.ws_row))
        }
        return Self.size(columns: Terminfo.number("cols") ?? 80, rows: Terminfo.number("lines") ?? 24)
    }

    /// A terminal may call itself as large as it likes; a picture of that size would not fit into memory.
    private static func size(columns: Int, rows: Int) -> Size {
        Size(columns: min(max(columns, 1), 1_000), rows: min(max(rows, 1), 500))
    }

    /// Draws a picture: what differs from `old`, or all of it where that is `nil` or of another size.
    func draw(_ frame: Frame, since old: Frame?) {
        guard isTaken else { return }
        let window = unsafe cn_standard_screen()
        if let old, old.size == frame.size {
            let runs = frame.runs(since: old)
            if runs.isEmpty, frame.cursor == old.cursor { return }
            for run in runs { draw(run) }
        } else {
            resizeterm(Int32(frame.size.rows), Int32(frame.size.columns))
            unsafe werase(window)
            unsafe clearok(cn_current_screen(), true)
            for run in frame.runs(since: Frame(size: frame.size)) { draw(run) }
        }
        if let cursor = frame.cursor {
            curs_set(1)
            unsafe wmove(window, Int32(cursor.row), Int32(cursor.column))
        } else {
            curs_set(0)
        }
        unsafe wrefresh(window)
    }

    private func draw(_ run: FrameRun) {
        let window = unsafe cn_standard_screen()
        var style: Style?
        var (attributes, pair): (attr_t, Int16) = (0, 0)
        for (offset, cell) in run.cells.enumerated() where cell.width > 0 {
            if cell.style != style {
                style = cell.style
                (attributes, pair) = pairs.attributes(of: cell.style)
            }
            let (row, column) = (Int32(run.row), Int32(run.column + offset))
            if let scalar = cell.onlyScalar, Self.isAgreed(scalar, cell.width) {
                unsafe cn_put_one(window, row, column, wchar_t(scalar.value), attributes, pair)
                continue
            }
            for (part, text) in Self.drawable(cell).enumerated() {
                let scalars = text.unicodeScalars.map { wchar_t($0.value) } + [0]
                unsafe cn_put(window, row, column + Int32(part), scalars, attributes, pair)
            }
        }
    }

    /// The cell's text, or as many question marks as it has cells where the C library measures it differently: ncurses
    /// would shift the rest of the row.
    private static func drawable(_ cell: Cell) -> [String] {
        guard let base = cell.text.unicodeScalars.first else { return [] }
        return isAgreed(base, cell.width) ? [cell.text] : Array(repeating: "?", count: Int(cell.width))
    }

    private static func isAgreed(_ base: Unicode.Scalar, _ width: UInt8) -> Bool {
        base.isASCII || cn_cell_width(wchar_t(base.value)) == Int32(width)
    }
}
