internal import AssistantCore

/// A message that was sent while an answer was at work, and is asked when that has ended.
struct QueuedMessage: Sendable, Hashable {
    var text: String
    /// `nil` where it was typed.
    var spoken: PersonMessage.Spoken?
}

/// Messages that wait for the answer at work.
extension ChatState {
    /// Messages that may wait; a person who types more has to read first.
    static let mostQueued = 20

    /// Takes a message that is to be sent when the answer at work has ended.
    ///
    /// - Returns: whether there was room for it.
    mutating func enqueue(_ text: String, spoken: PersonMessage.Spoken?) -> Bool {
        guard queue.count < Self.mostQueued else {
            hint = "\(queue.count) messages wait already \u{B7} your text is kept"
            return false
        }
        queue.append(QueuedMessage(text: text, spoken: spoken))
        hintUntilEnd = "queued: sent when the answer has ended \u{B7} Esc takes it back"
        return true
    }

    /// Sends the next message that waits, once no answer is at work.
    mutating func sendQueued() -> [ChatEffect] {
        guard turn == nil, !queue.isEmpty else { return [] }
        let next = queue.removeFirst()
        return send(next.text, spoken: next.spoken)
    }

    /// Brings the message that was queued last back into the input line, before what stands there.
    mutating func takeBackQueued() {
        guard let last = queue.popLast() else { return }
        bringBack(last.text)
        talk.edited = last.spoken
        hint = queue.isEmpty ? "taken back" : "taken back \u{B7} \(queue.count) more wait"
    }

    /// Brings everything that waits back into the input line: nothing is sent that the person has not seen go.
    mutating func takeBackAllQueued() {
        guard !queue.isEmpty else { return }
        bringBack(queue.map(\.text).joined(separator: "\n"))
        queue = []
    }

    private mutating func bringBack(_ text: String) {
        let typed = editor.text
        editor.replace(with: typed.isEmpty ? text : text + "\n" + typed)
    }
}
