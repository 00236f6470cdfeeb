internal import AssistantCore

extension ChatState {
    /// What a visitor may do. The rest is the operator's: what it costs, who may be asked, what others have said.
    private static let visitorCommands: Set<Command> = [.help, .new, .talk, .find, .passage, .redraw]

    /// Keys as a kiosk takes them; `nil` where it takes them as any screen does.
    mutating func takeInKiosk(_ event: InputEvent) -> [ChatEffect]? {
        guard kiosk != nil else { return nil }
        switch event {
        case .key(let key): return takeInKiosk(key)
        case .paste, .mouse:
            guard kiosk?.phase != .attract, kiosk?.pin == nil else { return [] }
            stayAwake()
            return nil
        case .focus, .keyboardProtocol, .deviceAttributes: return nil
        }
    }

    private mutating func takeInKiosk(_ key: KeyEvent) -> [ChatEffect]? {
        guard key.kind != .release else { return nil }
        let command = keymap.command(for: key)
        let wasAsleep = kiosk?.phase != .active
        stayAwake()
        if kiosk?.pin != nil { return takePIN(key) }
        if command == .quit || key.key == .function(10) {
            kiosk?.pin = ""
            kiosk?.wasWrong = false
            return []
        }
        if key.key == .character("z"), key.modifiers == .control { return [] }
        if let command, !Self.visitorCommands.contains(command) { return [] }
        // The key that wakes it does nothing else, unless it is the one to talk.
        if wasAsleep, command != .talk { return [] }
        // The palette holds what is not a visitor's.
        if key.key == .character("/"), key.modifiers.isEmpty, editor.isEmpty, panel == nil {
            editor.insert("/")
            return []
        }
        return nil
    }

    /// Somebody is there.
    mutating func stayAwake() {
        kiosk?.activeAt = now
        kiosk?.phase = .active
    }

    private mutating func takePIN(_ key: KeyEvent) -> [ChatEffect] {
        guard var kiosk, let typed = kiosk.pin else { return [] }
        defer { self.kiosk = kiosk }
        switch (key.key, key.modifiers) {
        case (.escape, _): kiosk.pin = nil
        case (.backspace, _): kiosk.pin = String(typed.dropLast())
        case (.character(let digit), []) where digit.isNumber && typed.count < Kiosk.longestPIN:
            kiosk.pin = typed + String(digit)
        case (.enter, _):
            // While one number is checked, the next stays in the line.
            guard !kiosk.isChecking else { break }
            kiosk.pin = ""
            kiosk.wasWrong = false
            guard kiosk.rules.hasPIN, !typed.isEmpty, now >= kiosk.lockedUntil else { break }
            kiosk.isChecking = true
            return [.checkPIN(typed)]
        default: break
        }
        return []
    }

    /// What became of the PIN that was tried last.
    mutating func take(_ verdict: PINVerdict) -> [ChatEffect] {
        kiosk?.isChecking = false
        switch verdict {
        case .right: return [.quit]
        case .wrong(let lock):
            kiosk?.wasWrong = true
            kiosk?.lockedUntil = now + max(.zero, lock)
            return []
        }
    }

    // MARK: - Time

    /// What time alone brings about: the warning, and then the forgetting.
    mutating func passTime() -> [ChatEffect] {
        guard let kiosk else { return [] }
        // Whoever waits for an answer, or speaks, is there.
        if turn != nil || talk.recording != nil || talk.isHearing || isSpeaking {
            stayAwake()
            return []
        }
        switch kiosk.phase {
        case .active where now - kiosk.activeAt >= kiosk.rules.idle:
            self.kiosk?.pin = nil
            // Nothing was said, so there is nothing to warn of.
            if transcript.entries.isEmpty, editor.isEmpty { return forgetVisitor() }
            self.kiosk?.phase = .warning(until: now + kiosk.rules.warning)
        case .warning(let end) where now >= end: return forgetVisitor()
        case .attract, .active, .warning: break
        }
        return []
    }

    /// Wipes all that was said and typed.
    mutating func forgetVisitor() -> [ChatEffect] {
        guard let kiosk else { return [] }
        var fresh = ChatState(size: size, preferences: preferences, kiosk: kiosk.rules)
        fresh.kiosk?.lockedUntil = kiosk.lockedUntil
        fresh.kiosk?.isChecking = kiosk.isChecking
        fresh.model = model
        fresh.cloud = cloud
        fresh.cloudRetryAt = cloudRetryAt
        fresh.talk.status = talk.status
        fresh.talk.keyboardFlags = talk.keyboardFlags
        fresh.backend = backend
        fresh.device = device
        fresh.talk.isMuted = talk.isMuted
        fresh.speaker = speaker
        fresh.isKept = isKept
        fresh.wallClock = wallClock
        fresh.now = now
        fresh.loadingSince = loadingSince
        self = fresh
        return [.forgetConversation]
    }
}
