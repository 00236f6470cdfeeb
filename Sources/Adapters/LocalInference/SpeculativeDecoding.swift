internal import Kernels
internal import Transformer

/// Decoding that guesses ahead: a few tokens that stood after the same words before, or that a smaller model would write, are
/// computed in one pass with the token that was chosen, and count only where the sampler chooses them as well.
///
/// The text is that of plain decoding, token for token: logits do not depend on how many tokens a pass has, and the sampler
/// is asked in the same order. For one thread at a time; a step allocates nothing.
struct SpeculativeDecoding {
    private let session: Session
    private let isOn: Bool
    private var lookup: PromptLookup
    private let draft: DraftModel?
    private let joint: JointDecoding?
    /// Of guesses from the context.
    private var pace = DraftPace.ofContext
    /// What the context would have guessed in a plain pass, and after how many tokens that matched.
    private var withheld: (guess: Int32, matched: Int)?
    /// What the draft model has done for `batch`; `nil` where its guesses are from the context.
    private var drafted: DraftModelPace.Pass?
    /// The token that was chosen last, and what was guessed to follow; in the cache already.
    private var batch: [Int32] = []
    /// How many of `batch` have been chosen.
    private var chosen = 0
    /// Tokens that stood together before, where the guesses were made.
    private var matched = 0
    private var duration = Duration.zero
    private let clock = ContinuousClock()

    /// Guesses that were computed, and those that came true.
    private(set) var guessed = 0
    private(set) var accepted = 0

    /// - Parameters:
    ///   - session: has evaluated exactly `prompt`.
    ///   - draft: guesses where the context has nothing to say.
    ///   - joint: shares plain passes with other answers.
    init(
        _ session: Session, prompt: [Int32], isOn: Bool, draft: DraftModel? = nil, joint: JointDecoding? = nil
    ) {
        self.session = session
        self.joint = joint
        self.isOn = isOn
        self.draft = isOn ? draft : nil
        lookup = PromptLookup(capacity: isOn ? session.contextLength : 0)
        batch.reserveCapacity(Session.logitBatch)
        if isOn { for token in prompt { lookup.append(token) } }
    }

    /// Tokens of the context that have been chosen: guesses do not count.
    var contextTokens: Int { session.tokens.count - (batch.count - chosen) }

    /// Logits of what comes after `token`, the sampler's choice: (1, vocabulary), until the next call.
    mutating func logits(after token: Int32) throws -> FloatRows {
        if let withheld { pace.couldHave(matched: withheld.matched, comeTrue: withheld.guess == token) }
        withheld = nil
        if isOn { lookup.append(token) }
        if chosen < batch.count, batch[chosen] == token {
            chosen += 1
            return session.logits(of: chosen - 1)
        }
        settle()
        let room = min(Session.logitBatch, session.contextLength - session.tokens.count) - 1
        let guesses = isOn && lookup.matched > 0 ? pace.guesses(matched: lookup.matched, limit: room) : 0
        if guesses == 0 {
            if let draft, let logits = try logits(after: token, draft, room: room) { return logits }
            duration = try clock.measure {
                if let joint { try joint.evaluate(token, in: session) } else { try session.evaluate(token) }
            }
            if isOn {
                pace.passed(plain: duration)
                draft?.pace.passed(plain: duration)
                if lookup.matched > 0 { withheld = (lookup.guess(0), lookup.matched) }
            }
            return session.logits
        }
        batch.append(token)
        for number in 0..<guesses { batch.append(lookup.guess(number)) }
        matched = lookup.matched
        drafted = nil
        try evaluateBatch()
        return session.logits(of: 0)
    }

    /// The same with guesses of the draft model; `nil` where it shall not be asked now.
    private mutating func logits(after token: Int32, _ draft: DraftModel, room: Int) throws -> FloatRows? {
        let unread = draft.unread(of: session.tokens)
        let guesses = draft.pace.guesses(unread: unread, limit: room)
        guard guesses > 0 else { return nil }
        let start = clock.now
        guard try draft.follow(session.tokens, more: guesses + 1) else { return nil }
        matched = 0
        batch.append(token)
        do {
            let read = clock.now
            let steps = try draft.guess(after: token, limit: guesses, into: &batch)
            drafted = DraftModelPace.Pass(
                unread: unread, steps: steps, guesses: batch.count - 1, accepted: 0, reading: read - start,
                guessing: clock.now - read, checking: .zero)
        } catch {
            batch.removeAll(keepingCapacity: true)
            throw error
        }
        try evaluateBatch()
        return session.logits(of: 0)
    }

    private mutating func evaluateBatch() throws {
        chosen = 1
        do {
            duration = try clock.measure { try session.evaluateBeside(batch[...]) }
        } catch {
            batch.removeAll(keepingCapacity: true)
            throw error
        }
    }

    /// Forgets the guesses that did not come true. Call it at the end of the text.
    mutating func settle() {
        guard !batch.isEmpty else { return }
        session.truncate(to: contextTokens)
        guessed += batch.count - 1
        accepted += chosen - 1
        if var drafted, let draft {
            drafted.accepted = chosen - 1
            drafted.checking = duration
            draft.pace.passed(drafted)
        } else {
            pace.passed(matched: matched, guesses: batch.count - 1, accepted: chosen - 1, duration: duration)
        }
        batch.removeAll(keepingCapacity: true)
        chosen = 0
    }
}
