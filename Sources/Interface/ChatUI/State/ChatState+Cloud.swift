internal import AssistantCore

/// What the person can do about the cloud: lock it out, look at what would leave, hand a question over.
extension ChatState {
    mutating func take(_ status: CloudStatus) {
        // At the start nobody has asked how it stands.
        if cloud.access != .unknown || lockWish == status.isLocked, status.isLocked != cloud.isLocked {
            hint = status.isLocked ? "local-only is on: nothing more is sent" : "local-only is off"
        }
        cloud = status
        if status.isLocked == lockWish { lockWish = nil }
        cloudRetryAt = nil
        if case .barred(_, let wait?) = status.access { cloudRetryAt = now + wait }
    }

    /// F5, also before anybody has said how the cloud stands. A reply that is on its way is not wanted any more either.
    mutating func toggleLock() -> [ChatEffect] {
        let isOn = wouldLock
        lockWish = isOn
        let effects: [ChatEffect] = [.setLocalOnly(isOn)]
        return isOn && isRemoteAtWork ? effects + stopAnswer() : effects
    }

    /// Whether the lock's key would lock now, and not unlock.
    var wouldLock: Bool { !(lockWish ?? cloud.isLocked) }

    /// F6: look at what would leave.
    mutating func previewHandOver() -> [ChatEffect] {
        guard let answer = lastAnswer else {
            hint = "ask something first \u{B7} F6 then hands it to the cloud"
            return []
        }
        if isRemoteAtWork || turn?.isHandedOver == true {
            hintUntilEnd = "the cloud is at work on it already"
        } else if answer.origin == .cloud {
            hint = "the cloud has answered this already"
        } else {
            return [.previewHandOver]
        }
        return []
    }

    /// Sends what the panel showed. The local answer, whole or not, is then a draft.
    mutating func handOver() -> [ChatEffect] {
        guard let index = lastAnswerIndex else { return [] }
        if turn == nil { turn = Turn(answer: index, sentAt: now, askedAt: now) }
        turn?.isHandedOver = true
        transcript.scrollToEnd()
        return [.handOver]
    }

    /// Whether the last answer is one that the cloud might better.
    var mayWantCloud: Bool {
        turn == nil && !cloud.isLocked && lastAnswer?.isUnsure == true
    }

    /// Whether the answer at work comes from a remote model.
    var isRemoteAtWork: Bool {
        turn != nil && lastAnswer?.origin == .cloud
    }

    var lastAnswerIndex: Int? {
        transcript.entries.lastIndex { if case .answer = $0.content { true } else { false } }
    }

    var lastAnswer: Answer? {
        guard let index = lastAnswerIndex, case .answer(let answer) = transcript.entries[index].content else {
            return nil
        }
        return answer
    }
}
