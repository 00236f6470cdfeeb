internal import AssistantCore

/// Thumbs up and down.
extension ChatState {
    /// Asks for the verdict to be kept; the same one again takes it back.
    mutating func judge(_ verdict: AnswerVerdict) -> [ChatEffect] {
        guard turn == nil else {
            hint = "the answer is still coming"
            return []
        }
        guard let index = judgedIndex, case .answer(let answer) = transcript.entries[index].content else {
            hint = "there is no answer to judge"
            return []
        }
        return [.judge(answer.verdict == verdict ? nil : verdict)]
    }

    /// It is kept: not before does the answer show it.
    mutating func take(_ verdict: AnswerVerdict?) {
        guard let index = judgedIndex else { return }
        transcript.update(index) { content in
            guard case .answer(var answer) = content else { return }
            answer.verdict = verdict
            content = .answer(answer)
        }
        hint = verdict.map { "noted as \($0.rawValue); brim calibrate --labels learns from it" } ?? "no longer noted"
    }

    /// The last answer that stands: neither at work, nor a draft that was replaced, nor one that never came.
    private var judgedIndex: Int? {
        transcript.entries.lastIndex { entry in
            guard case .answer(let answer) = entry.content else { return false }
            return answer.isEnded && !answer.isDraft && !answer.isMissing && !answer.text.isEmpty
        }
    }
}
