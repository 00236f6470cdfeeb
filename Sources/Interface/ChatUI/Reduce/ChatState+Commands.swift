internal import AssistantCore

extension ChatState {
    /// Does what a key or the palette asks for. Where something must be said with it, the palette asks for that.
    mutating func run(_ command: Command, _ argument: String = "") -> [ChatEffect] {
        if case .required = command.argument, argument.isEmpty {
            panel = OpenPanel(panel: .picker(Picker(kind: .commands, query: command.rawValue + " ")))
            return []
        }
        switch command {
        case .help: panel = OpenPanel(panel: .help)
        case .new: return leave(for: .new)
        case .open: return openList()
        case .rename: return rename(to: argument)
        case .export: return export(argument)
        case .talk: return pressTalkKey()
        case .mute: return toggleMute()
        case .speak: return setSpeaking(argument)
        case .louder: return [.changeVolume(by: Self.volumeStep)]
        case .quieter: return [.changeVolume(by: -Self.volumeStep)]
        case .local: return toggleLock()
        case .cloud: return previewHandOver()
        case .threshold: return setThreshold(argument)
        case .system: return [.setSystemPrompt(argument)]
        case .set: return [.setSampling(argument)]
        case .theme: setTheme(argument)
        case .model: return argument.isEmpty ? [.report(.model)] : useModel(argument)
        case .cost: return [.report(.cost)]
        case .audit: return [.report(.audit)]
        case .figures: toggleFigures()
        case .passage: openPassage(named: argument)
        case .read: return readDocument(argument)
        case .image: return askAboutPicture(argument)
        case .copy: return copy(copiedText, called: "answer")
        case .code: return copy(copiedText.flatMap(MarkdownText.lastCode), called: "block of code")
        case .right: return judge(.right)
        case .wrong: return judge(.wrong)
        case .history: panel = OpenPanel(panel: .picker(Picker(kind: .history)))
        case .find: panel = OpenPanel(panel: .picker(Picker(kind: .find)))
        case .redraw: return [.redraw]
        case .quit: return [.quit]
        }
        return []
    }

    private mutating func copy(_ text: String?, called name: String) -> [ChatEffect] {
        guard let text, !text.isEmpty else {
            hint = "there is no \(name) to copy"
            return []
        }
        return [.copy(text)]
    }

    private mutating func export(_ argument: String) -> [ChatEffect] {
        guard let conversation else {
            hint = "there is nothing to export yet"
            return []
        }
        return [.exportConversation(conversation, to: argument)]
    }

    /// The named one, or the one after that which is shown.
    private mutating func setTheme(_ name: String) {
        let all = Theme.allCases
        let next = (all.firstIndex(of: preferences.theme) ?? 0) + 1
        guard let theme = name.isEmpty ? all[next % all.count] : Theme(rawValue: name.lowercased()) else {
            hint = "the themes are " + all.map(\.rawValue).joined(separator: ", ")
            return
        }
        preferences.theme = theme
        hint = "theme: " + theme.rawValue
    }

    /// Where anybody may walk up, nobody chooses what answers.
    private mutating func useModel(_ name: String) -> [ChatEffect] {
        guard kiosk == nil else {
            hint = "the model is not chosen at a kiosk"
            return []
        }
        hint = "loading \(Figures.oneLine(name))"
        return [.useModel(name)]
    }

    private mutating func setThreshold(_ text: String) -> [ChatEffect] {
        guard let value = Double(text), (0...1).contains(value) else {
            hint = "the threshold is a number from 0 to 1, such as 0.8"
            return []
        }
        return [.setThreshold(value)]
    }
}
