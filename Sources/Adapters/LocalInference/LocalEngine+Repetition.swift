internal import Transformer

extension LocalEngine {
    /// Times what looking for repetition adds to each token of an answer, by a text that does not repeat itself.
    ///
    /// - Parameter text: what the answer says; longer than a few hundred tokens.
    package func repetitionCheckDuration(_ text: String) throws -> Duration {
        let tokens = tokenize(Array(text.utf8))
        let pieces = try tokens.map { (token: $0, bytes: try detokenize([$0])) }
        guard !pieces.isEmpty else { return .zero }
        let rounds = 20
        let time = ContinuousClock().measure {
            for _ in 0..<rounds {
                var detector = LoopDetector(capacity: pieces.count, tolerance: .prose)
                for piece in pieces { _ = detector.observe(piece.token, bytes: piece.bytes) }
            }
        }
        return time / (rounds * pieces.count)
    }
}
