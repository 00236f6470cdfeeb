internal import Foundation
internal import Synchronization
internal import Transformer

/// Decodes answers that are at work on threads of their own in common passes: each pass reads the weights once and gives every
/// answer its next token. The texts are those of each answer alone.
///
/// Who joins must go on to evaluate or leave: a pass waits for all members.
final class JointDecoding: Sendable {
    private struct State {
        var members = 0
        var waiting: [Step] = []
    }

    // SAFETY: a session belongs to the thread that evaluates. That thread sleeps from when its step is in `waiting` until the
    // pass is done, and one thread alone takes the steps out.
    private final class Step: @unchecked Sendable {
        let token: Int32
        let session: Session
        let done = DispatchSemaphore(value: 0)
        var failure: TransformerError?

        init(_ token: Int32, _ session: Session) {
            self.token = token
            self.session = session
        }
    }

    private let state = Mutex(State())

    /// Counts an answer in, before it reads its prompt.
    func join() {
        state.withLock { $0.members += 1 }
    }

    /// Counts an answer out. Those that wait for it alone go on: their pass is computed here.
    func leave() {
        perform(
            state.withLock { state in
                state.members -= 1
                return Self.takeIfComplete(&state)
            })
    }

    /// Appends a token to a member's sequence and computes its logits; returns when the pass that served it is done.
    func evaluate(_ token: Int32, in session: Session) throws(TransformerError) {
        let step = Step(token, session)
        let steps = state.withLock { state in
            state.waiting.append(step)
            return Self.takeIfComplete(&state)
        }
        perform(steps)
        step.done.wait()
        if let failure = step.failure { throw failure }
    }

    private static func takeIfComplete(_ state: inout State) -> [Step] {
        guard state.waiting.count == state.members else { return [] }
        defer { state.waiting = [] }
        return state.waiting
    }

    private func perform(_ steps: [Step]) {
        for start in stride(from: 0, to: steps.count, by: Session.logitBatch) {
            let group = steps[start..<min(start + Session.logitBatch, steps.count)]
            do {
                try Session.evaluate(group.map(\.token), in: group.map(\.session))
            } catch {
                for step in group { step.failure = error }
            }
            for step in group { step.done.signal() }
        }
    }
}
