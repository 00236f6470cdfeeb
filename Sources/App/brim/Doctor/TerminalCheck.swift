import AssistantCore
import ChatUI
import CursesScreen
import Foundation

/// What the screen can show here, and what keys it can tell.
@MainActor
struct TerminalCheck {
    private let environment = ProcessInfo.processInfo.environment

    var findings: [Finding] {
        guard Terminal.outputIsTerminal, Terminal.inputIsTerminal else {
            return [Finding("terminal", .ok, "Not a terminal here: ask doctor on the screen that is meant.")]
        }
        let name = TerminalText.sanitised(environment["TERM"] ?? "")
        guard let traits = TerminalTraits(environment: environment) else {
            return [
                Finding(
                    "terminal", .failure, "Nothing is known of the terminal \"\(name)\".",
                    nextStep: "set TERM, such as: export TERM=xterm-256color")
            ]
        }
        return [glyphs(traits.capabilities.glyphs), colours(traits.capabilities.colours, name), keys]
    }

    private func glyphs(_ tier: GlyphTier) -> Finding {
        switch tier {
        case .rich: Finding("glyphs", .ok, "rich: eighth blocks and braille.")
        case .console: Finding("glyphs", .ok, "console: box drawing and half blocks.")
        case .ascii:
            Finding(
                "glyphs", .warning, "Plain ASCII only: the locale is not UTF-8, or TERM says so.",
                nextStep: "export LANG=C.UTF-8")
        }
    }

    private func colours(_ depth: ColourDepth, _ name: String) -> Finding {
        let isAsked = environment["NO_COLOR"]?.isEmpty == false
        return depth == .mono && !isAsked
            ? Finding("colours", .warning, "\(name) has none.", nextStep: "export TERM=xterm-256color, where it does")
            : Finding("colours", .ok, isAsked ? "None, as NO_COLOR asks." : "\(depth) on \(name).")
    }

    private var keys: Finding {
        KeyReleaseQuery.isAnswered()
            ? Finding("key releases", .ok, "Told: hold the talk key, and let go.")
            : Finding("key releases", .ok, "Not told by this terminal: press the talk key once to begin, once to end.")
    }
}
