import ChatScenes
import Glibc
import Testing

@testable import ChatUI

/// Colours by theme and terminal, and how a person wants the screen.
struct ThemeTests {
    @Test("the light theme is read on white, the one of high contrast from afar", arguments: ColorRole.allCases)
    func contrast(color: ColorRole) throws {
        for (theme, least) in [(Theme.light, 4.5), (.highContrast, 7)] {
            for background in BackgroundRole.allCases where !(color == .faint && background == .track) {
                let terminalStyle = Palette(.indexed, theme: theme).terminalStyle(of: Style(color, on: background))
                let ratio = Self.contrast(
                    try #require(terminalStyle.foreground), try #require(terminalStyle.background))
                // What stands on the track of a bar is a shape, for which less will do.
                #expect(ratio >= (background == .track ? 3 : least), "\(theme) \(color) on \(background): \(ratio)")
            }
        }
    }

    @Test("a theme with a background of its own gives every cell one; the dark theme leaves the terminal's")
    func backgrounds() {
        for depth in [ColourDepth.eight, .sixteen, .indexed] {
            for color in ColorRole.allCases {
                for theme in [Theme.light, .highContrast] {
                    let terminalStyle = Palette(depth, theme: theme).terminalStyle(of: Style(color))
                    #expect(
                        terminalStyle.background != nil && terminalStyle.foreground != nil
                            && terminalStyle.foreground != terminalStyle.background)
                }
                #expect(Palette(depth).terminalStyle(of: Style(color)).background == nil)
            }
        }
    }

    @Test("without colour there is none in any theme", arguments: Theme.allCases)
    func mono(theme: Theme) {
        for palette in [Palette(.mono, theme: theme), Palette(.indexed, theme: .mono)] {
            for color in ColorRole.allCases {
                let terminalStyle = palette.terminalStyle(of: Style(color, on: .track))
                #expect(terminalStyle.foreground == nil && terminalStyle.background == nil)
            }
        }
    }

    @Test("the theme changes by key, by name and by the configuration, at once")
    func changes() {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        stage.press(.function(3))
        #expect(stage.state.preferences.theme == .light)
        stage.type("/theme high-contrast")
        stage.press(.enter)
        #expect(stage.state.preferences.theme == .highContrast)
        stage.type("/theme pink")
        stage.press(.enter)
        #expect(stage.state.preferences.theme == .highContrast)
        var wanted = ScreenPreferences()
        wanted.theme = .mono
        wanted.glyphs = .console
        stage.act(.configured(wanted))
        stage.press(.escape)
        let frame = stage.state.render(Capabilities())
        let isAsWanted =
            frame == Scene.idle.stage(stage.state.size).state.render(Capabilities(glyphs: .console, colours: .mono))
        #expect(isAsWanted)
    }

    @Test("no wish makes a terminal without UTF-8 show more than ASCII")
    func ascii() {
        var wanted = ScreenPreferences()
        wanted.glyphs = .rich
        #expect(wanted.applied(to: Capabilities(glyphs: .ascii, colours: .eight)).glyphs == .ascii)
        #expect(wanted.applied(to: Capabilities(glyphs: .console, colours: .eight)).glyphs == .rich)
    }

    // MARK: - Contrast, as the Web Content Accessibility Guidelines define it

    private static func contrast(_ first: Int, _ second: Int) -> Double {
        let luminances = [luminance(first), luminance(second)].sorted()
        return (luminances[1] + 0.05) / (luminances[0] + 0.05)
    }

    /// Of a colour of xterm's cube or greys.
    private static func luminance(_ colour: Int) -> Double {
        let levels = [0, 95, 135, 175, 215, 255]
        let parts =
            colour >= 232
            ? Array(repeating: 8 + 10 * (colour - 232), count: 3)
            : [levels[(colour - 16) / 36], levels[(colour - 16) / 6 % 6], levels[(colour - 16) % 6]]
        let linear = parts.map { part -> Double in
            let value = Double(part) / 255
            return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}
