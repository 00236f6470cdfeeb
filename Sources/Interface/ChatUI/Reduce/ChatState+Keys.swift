extension ChatState {
    mutating func take(_ event: InputEvent) -> [ChatEffect] {
        switch event {
        case .key(let key): return key.kind == .release ? takeRelease(key) : take(key)
        case .paste(let text, let wasCut): return paste(text, wasCut)
        case .mouse(let mouse): return take(mouse)
        case .keyboardProtocol(let flags): talk.keyboardFlags = flags
        case .focus, .deviceAttributes: break
        }
        return []
    }

    private mutating func paste(_ text: String, _ wasCut: Bool) -> [ChatEffect] {
        guard layout.tier != .tooSmall else { return [] }
        if case .picker(let picker) = panel?.panel { return pasteInPicker(text, picker) }
        guard panel == nil else { return [] }
        transcript.deselect()
        let fitted = editor.insert(text)
        hint = fitted && !wasCut ? nil : "the paste was too long and was cut"
        return []
    }

    private mutating func take(_ key: KeyEvent) -> [ChatEffect] {
        hint = nil
        if let effects = takeAlways(key) { return effects }
        if let effects = takeTalk(key) { return effects }
        if layout.tier == .tooSmall { return [] }
        if let panel { return takeInPanel(key, panel) }
        if let effects = takeWhileReading(key) { return effects }
        if let command = keymap.command(for: key) { return run(command) }
        if let effects = takeCommand(key) { return effects }
        edit(key)
        return []
    }

    /// Keys that work whatever is open.
    private mutating func takeAlways(_ key: KeyEvent) -> [ChatEffect]? {
        switch (keymap.command(for: key), key.key, key.modifiers) {
        case (.quit, _, _), (_, .function(10), []): [.quit]
        case (.redraw, _, _): [.redraw]
        case (_, .character("z"), .control): [.suspend]
        default: nil
        }
    }

    /// Keys that do something else than edit; `nil` for the others.
    private mutating func takeCommand(_ key: KeyEvent) -> [ChatEffect]? {
        let page = max(1, layout.transcript.count - 2)
        switch (key.key, key.modifiers) {
        case (.enter, []): return submit()
        case (.escape, []) where !queue.isEmpty: takeBackQueued()
        case (.escape, []): return turn == nil ? [] : stopAnswer()
        case (.tab, []), (.tab, .shift): moveFocus()
        case (.character("c"), .control): return interrupt()
        case (.character("/"), []) where editor.isEmpty: panel = OpenPanel(panel: .picker(Picker(kind: .commands)))
        case (.pageUp, _): transcript.scroll(by: -page)
        case (.pageDown, _): transcript.scroll(by: page)
        case (.up, .control), (.up, .shift): transcript.scroll(by: -1)
        case (.down, .control), (.down, .shift): transcript.scroll(by: 1)
        case (.home, []) where editor.isEmpty, (.home, .control): transcript.scrollToStart()
        case (.end, []) where editor.isEmpty, (.end, .control): transcript.scrollToEnd()
        case (.character("d"), .control) where editor.isEmpty: hint = keymap.name(of: .quit) + " quits"
        default: return nil
        }
        return []
    }

    /// Ctrl-C: stop the answer, or else clear the input, or else say how to quit.
    private mutating func interrupt() -> [ChatEffect] {
        if turn != nil {
            // Whoever stops the answer does not want the next question asked.
            takeBackAllQueued()
            return stopAnswer()
        }
        if editor.isEmpty {
            hint = keymap.name(of: .quit) + " quits"
        } else {
            editor.clear()
            hint = "cleared \u{B7} Ctrl-Y brings it back"
        }
        return []
    }

    private mutating func edit(_ key: KeyEvent) {
        switch (key.key, key.modifiers) {
        case (.character(let character), []), (.character(let character), .shift):
            if !editor.insert(String(character)) { hint = "the message is as long as it can be" }
        case (.enter, _): editor.insert("\n")
        case (.backspace, .alt): editor.cutWordBackward()
        case (.backspace, .control): editor.cutWordBackward()
        case (.backspace, _): editor.deleteBackward()
        case (.delete, .control): editor.cutWordForward()
        case (.delete, _): editor.deleteForward()
        case (.left, .control), (.left, .alt): editor.moveWordLeft()
        case (.right, .control), (.right, .alt): editor.moveWordRight()
        case (.left, _): editor.moveLeft()
        case (.right, _): editor.moveRight()
        case (.up, _): moveUp()
        case (.down, _): moveDown()
        case (.home, _): editor.moveToLineStart()
        case (.end, _): editor.moveToLineEnd()
        case (.character(let letter), .control): editWithControl(letter)
        case (.character(let letter), .alt): editWithAlt(letter)
        default: break
        }
    }

    private mutating func editWithControl(_ letter: Character) {
        switch letter {
        case "a": editor.moveToLineStart()
        case "e": editor.moveToLineEnd()
        case "d": editor.deleteForward()
        case "u": editor.cutToLineStart()
        case "k": editor.cutToLineEnd()
        case "w": editor.cutBlankDelimitedWordBackward()
        case "y": editor.yank()
        case "j": editor.insert("\n")
        default: break
        }
    }

    private mutating func editWithAlt(_ letter: Character) {
        switch letter {
        case "b": editor.moveWordLeft()
        case "f": editor.moveWordRight()
        case "d": editor.cutWordForward()
        default: break
        }
    }

    /// Up through the lines, and from the first one through what was sent before.
    private mutating func moveUp() {
        if editor.moveVertically(by: -1, width: ScreenLayout.inputWidth(size)) { return }
        if let older = history.older(leaving: editor.text) { editor.replace(with: older) }
    }

    private mutating func moveDown() {
        if editor.moveVertically(by: 1, width: ScreenLayout.inputWidth(size)) { return }
        if let newer = history.newer() { editor.replace(with: newer) }
    }
}
