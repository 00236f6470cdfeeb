internal import Synchronization

/// Whose turn it is at the board. It can be opened by one program at a time, so Brim does not look at it while
/// hailo-ollama is about to open it for Brim.
package final class BoardLock: Sendable {
    private struct State {
        var requests = 0
        var isSampling = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Takes the turn for a look at the board; `false` where a request has it.
    func beginSample() -> Bool {
        state.withLock { state in
            guard state.requests == 0, !state.isSampling else { return false }
            state.isSampling = true
            return true
        }
    }

    func endSample() { state.withLock { $0.isSampling = false } }

    /// Takes the turn for a request. A look that is under way is over in milliseconds; one that is not is no reason to
    /// keep a person waiting.
    func beginRequest() async {
        state.withLock { $0.requests += 1 }
        for _ in 0..<Self.mostNaps where state.withLock(\.isSampling) {
            // A cancelled request goes on to where it notices.
            guard (try? await Task.sleep(for: Self.nap)) != nil else { return }
        }
    }

    func endRequest() { state.withLock { $0.requests = max(0, $0.requests - 1) } }

    private static let nap = Duration.milliseconds(10)
    private static let mostNaps = 20
}
