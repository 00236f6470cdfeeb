extension ChatState {
    mutating func takeInPanel(_ key: KeyEvent, _ open: OpenPanel) -> [ChatEffect] {
        if open.panel != .help, keymap.command(for: key) == .help {
            covered = open
            panel = OpenPanel(panel: .help)
            return []
        }
        if case .picker(let picker) = open.panel { return takeInPicker(key, picker) }
        let content = PanelContent(open.panel, self)
        let page = content.visibleCount
        let last = max(0, content.lines.count - page)
        if case .passage(let passage) = open.panel {
            switch key.key {
            case .right, .tab:
                turnPassage(passage, by: key.modifiers.contains(.shift) ? -1 : 1)
                return []
            case .left:
                turnPassage(passage, by: -1)
                return []
            default: break
            }
        }
        switch (key.key, key.modifiers) {
        case (.enter, _): return confirm(open.panel)
        case (.escape, _), (.character("c"), .control), (.character("q"), []): close(open.panel)
        case _ where open.panel == .help && keymap.command(for: key) == .help: close(open.panel)
        case (.down, _), (.character("j"), []): panel?.scroll = min(last, open.scroll + 1)
        case (.up, _), (.character("k"), []): panel?.scroll = max(0, open.scroll - 1)
        case (.pageDown, _), (.character(" "), []): panel?.scroll = min(last, open.scroll + page)
        case (.pageUp, _): panel?.scroll = max(0, open.scroll - page)
        case (.home, _): panel?.scroll = 0
        case (.end, _): panel?.scroll = last
        default: break
        }
        return []
    }

    /// Help gives back what it had covered.
    private mutating func close(_ panel: Panel) {
        self.panel = panel == .help ? covered : nil
        covered = nil
    }

    private mutating func confirm(_ panel: Panel) -> [ChatEffect] {
        close(panel)
        switch panel {
        case .help, .picker, .report, .passage: return []
        case .outgoing(let outgoing): return outgoing.obstacle == nil ? handOver() : []
        }
    }
}
