internal import AssistantCore

/// The same conversation without a picture: what happens comes out as labelled lines, and lines go in.
///
/// It stands on the same ``ChatState`` as the screen, so that nothing can happen in the one that does not in the other.
package struct PlainConversation: Sendable {
    private var state: ChatState
    private var sentences = SentenceBuffer()

    /// What there is to say, and what is asked for.
    package typealias Outcome = (lines: [PlainLine], effects: [ChatEffect])

    package init(preferences: ScreenPreferences = ScreenPreferences()) {
        state = ChatState(preferences: preferences)
    }

    /// Whether an answer is at work.
    package var isAnswering: Bool { state.isAnswering }

    // MARK: - What happens

    package mutating func take(_ action: ChatAction, at now: Duration) -> Outcome {
        // Tokens are many, and change nothing that would have to be looked for.
        if case .turn(let event) = action, let piece = event.piece {
            let effects = state.reduce(action, at: now)
            return (sentences.take(piece).map { PlainLine(label, $0) }, effects)
        }
        // A report is said and not shown: it must not take the place of a list that waits for its number.
        if case .report(let report) = action {
            return (report.lines.filter { !$0.isEmpty }.map { PlainLine(.report, $0) }, [])
        }
        let before = state
        let effects = state.reduce(action, at: now)
        return (lines(about: action, since: before), effects)
    }

    private mutating func lines(about action: ChatAction, since before: ChatState) -> [PlainLine] {
        var lines: [PlainLine] = []
        switch action {
        case .model(let status): lines += Self.lines(about: status)
        case .cloud(let status): lines += Self.lines(about: status, since: before.cloud)
        case .outgoing(let outgoing): lines += Self.lines(about: outgoing)
        case .conversations: lines += conversationLines
        case .talk(.status(let status)): lines += Self.lines(about: status, since: before.talk.status)
        case .turn(let event): lines += self.lines(about: event, since: before)
        case .kept(false) where before.isKept:
            lines.append(PlainLine(.warning, "NOT KEPT: what is said from now on is lost when Brim ends"))
        default: break
        }
        return lines + news(since: before)
    }

    /// Notices, what was heard, and what the status line would say.
    private func news(since before: ChatState) -> [PlainLine] {
        var old: [TranscriptEntry: Int] = [:]
        for entry in before.transcript.entries { old[entry, default: 0] += 1 }
        var lines: [PlainLine] = []
        for entry in state.transcript.entries {
            if let count = old[entry], count > 0 {
                old[entry] = count - 1
                continue
            }
            switch entry.content {
            case .person(let message): if message.spoken != nil { lines.append(PlainLine(.you, message.text.shown)) }
            case .escalation(let line): lines.append(PlainLine(.sent, line.sentence))
            case .citation(let citation): lines.append(PlainLine(.source, TerminalText.sanitised(citation.line)))
            case .notice(let notice): lines.append(PlainLine(notice.kind.label, notice.text.shown))
            case .answer: break
            }
        }
        if let hint = state.hint, hint != before.hint { lines.append(PlainLine(.note, hint)) }
        return lines
    }

    // MARK: - Answers

    /// Who speaks.
    private var label: PlainLine.Label {
        switch state.lastAnswer?.origin {
        case .cloud: .nebius
        case .cache: .cache
        case .local, nil: .brim
        }
    }

    private mutating func lines(about event: TurnEvent, since before: ChatState) -> [PlainLine] {
        switch event {
        case .route(let decision): return decision.trouble.map { [PlainLine(.warning, $0)] } ?? []
        case .local(.rolledBack(let rollback), _):
            return sentences.takeBack(bytes: rollback.textBytes)
                ? [PlainLine(.note, "the answer began to repeat itself; the end of it is taken back and written anew")]
                : []
        case .draftRestarted:
            return sentences.flush().map { PlainLine(.nebius, $0) } + [PlainLine(.note, "the device answers anew")]
        case .escalation:
            let label: PlainLine.Label = before.isRemoteAtWork ? .nebius : .brim
            return sentences.flush().map { PlainLine(label, $0) }
        case .cloud(let event): return event.words.map { [PlainLine(.cloud, $0)] } ?? []
        case .finished(let outcome): return lines(about: outcome)
        case .local: return []
        }
    }

    private mutating func lines(about outcome: TurnOutcome) -> [PlainLine] {
        let given = outcome.isGiven ? sentences.take(outcome.markedText) : []
        let rest = (given + sentences.flush()).map { PlainLine(label, $0) }
        guard !state.isAnswering, let answer = state.lastAnswer else { return rest }
        return rest + [PlainLine(.from, answer.words + (state.isKept ? "" : " \u{B7} NOT KEPT"))]
    }

    /// Whether a line must not wait for the answer at work: one that stops it, locks the cloud out or, where a person
    /// types, quits.
    package func isUrgent(_ line: String, isTyped: Bool) -> Bool {
        let text = line.trimmed
        guard text.first == "/" else { return false }
        let word = text.dropFirst().prefix { $0 != " " }.lowercased()
        if word == "stop" { return true }
        return switch Command.matching(word).first {
        case .local: state.wouldLock
        case .quit: isTyped
        default: false
        }
    }

    // MARK: - What a person types

    /// A line of input: a question, a command behind `/`, or the answer to what was shown last.
    package mutating func take(line: String, at now: Duration) -> Outcome {
        let before = state
        let text = line.trimmed
        state.hint = nil
        var said: [PlainLine] = []
        var effects: [ChatEffect] = []
        if let panel = state.panel {
            state.panel = nil
            if let chosen = choose(text, panel.panel) { return (news(since: before), chosen) }
        }
        if text.first == "/" {
            (said, effects) = command(text.dropFirst())
        } else if !text.isEmpty {
            state.editor.replace(with: text)
            effects = state.submit()
            _ = state.editor.take()
        }
        state.settle()
        return (said + news(since: before), effects)
    }

    /// `nil` where the line is not about what was shown.
    private mutating func choose(_ text: String, _ panel: Panel) -> [ChatEffect]? {
        switch panel {
        case .outgoing(let outgoing):
            guard ["y", "yes", "send"].contains(text.lowercased()) else { return nil }
            return outgoing.obstacle == nil ? state.handOver() : []
        case .picker(var picker) where picker.kind == .conversations:
            guard let number = Int(text), let listed = state.listed, (1...max(1, listed.count)).contains(number),
                !listed.isEmpty
            else { return nil }
            picker.selected = number - 1
            return state.chooseConversation(picker)
        case .help, .report, .picker, .passage: return nil
        }
    }

    private mutating func command(_ text: Substring) -> Outcome {
        let query = String(text)
        let argument = Command.argument(in: query)
        let word = query.prefix { $0 != " " }.lowercased()
        if word == "stop" { return ([], (state.isSpeaking ? [.silence] : []) + state.stopAnswer()) }
        guard let command = Command.matching(word).first else {
            return ([PlainLine(.note, "there is no command like /\(word); /help lists them")], [])
        }
        switch command {
        case .help:
            let commands = Command.allCases.map { command in
                PlainLine(.report, "/\(command.rawValue) \(command.argument.words): \(command.meaning)")
            }
            return (commands + [PlainLine(.report, "/stop: stop the answer")], [])
        case .find: return (find(argument), [])
        case .passage: return (passage(argument), [])
        case .open:
            var picker = Picker(kind: .conversations)
            picker.query = argument
            state.panel = OpenPanel(panel: .picker(picker))
            return ([], [.listConversations(argument)])
        case .history, .copy, .code, .redraw, .theme:
            return ([PlainLine(.note, "/\(command.rawValue) is for the full screen")], [])
        default:
            if case .required(let words) = command.argument, argument.isEmpty {
                return ([PlainLine(.note, "write /\(command.rawValue) and then: \(words)")], [])
            }
            return ([], state.run(command, argument))
        }
    }

    /// What the panel would show.
    private mutating func passage(_ number: String) -> [PlainLine] {
        state.openPassage(named: number)
        guard case .passage(let opened) = state.panel?.panel else { return [] }
        state.panel = nil
        let citation = opened.citation
        let heading = citation.heading.isEmpty ? "" : ", \(citation.heading)"
        return [PlainLine(.source, "[\(citation.number)] \(citation.place)\(heading)")]
            + citation.passage.split(whereSeparator: \.isNewline).map {
                PlainLine(.source, TerminalText.sanitised(String($0)))
            }
    }

    private func find(_ words: String) -> [PlainLine] {
        let found = state.transcript.find(words)
        return found.isEmpty
            ? [PlainLine(.note, "nothing fits")] : found.map { PlainLine(.choice, $0.excerpt) }
    }

    private var conversationLines: [PlainLine] {
        guard let listed = state.listed, case .picker = state.panel?.panel else { return [] }
        guard !listed.isEmpty else { return [PlainLine(.note, "nothing fits")] }
        return listed.enumerated().map { index, item in
            let excerpt = item.excerpt.isEmpty ? "" : ": \(item.excerpt)"
            return PlainLine(
                .choice, "\(index + 1). \(item.title), \(item.messageCount) messages, \(item.time)\(excerpt)")
        } + [PlainLine(.note, "its number opens it")]
    }
}
