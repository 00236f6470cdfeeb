internal import AssistantCore

/// Reads a streamed reply: bytes in, text and its end out. Only `"done": true` is the end.
struct ReplyReader {
    enum Effect: Hashable {
        case text(String)
        case done(StopReason, tokens: Int?)
    }

    /// No answer within a window of 2048 tokens comes near this.
    static let maxBytes = 1 << 22

    private var splitter = ObjectSplitter()
    private var bytes = 0
    private(set) var isDone = false

    /// - Throws: ``HatError``: `refused` for an error in the server's words, `invalidReply` for what is no reply.
    mutating func handle(_ piece: some Collection<UInt8>) throws(HatError) -> [Effect] {
        guard !isDone else { return [] }
        bytes += piece.count
        guard bytes <= Self.maxBytes else { throw HatError(.invalidReply, "the board's answer does not end") }
        let objects: [[UInt8]]
        do {
            objects = try splitter.handle(piece)
        } catch {
            throw HatError.garbled
        }
        var effects: [Effect] = []
        for object in objects where !isDone { effects += try take(object) }
        return effects
    }

    /// The server has closed the reply. Throws `brokenStream` where it was not done.
    func finish() throws(HatError) {
        guard isDone else { throw HatError(.brokenStream, "hailo-ollama ended its reply before the answer was done") }
    }

    private mutating func take(_ object: [UInt8]) throws(HatError) -> [Effect] {
        let line: ChatLine
        do {
            line = try ChatLine(object)
        } catch {
            throw HatError.garbled
        }
        if let error = line.error { throw HatError.refusal(error) }
        var effects: [Effect] = line.content.map { $0.isEmpty ? [] : [.text($0)] } ?? []
        if line.isDone {
            isDone = true
            effects.append(.done(line.reason == "length" ? .length : .eos, tokens: line.evalCount))
        }
        return effects
    }
}

extension HatError {
    static let garbled = HatError(.invalidReply, "hailo-ollama's reply is garbled; restart it")

    /// What the server said, on one line, safe for a terminal and no longer than a line.
    static func refusal(_ words: String) -> HatError {
        let line = TerminalText.sanitised(words).split(whereSeparator: \.isNewline).joined(separator: " ")
        return HatError(.refused, "hailo-ollama refused: \(line.prefix(160))")
    }
}
