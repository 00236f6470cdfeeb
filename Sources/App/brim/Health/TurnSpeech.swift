/// How an answer was said aloud.
struct TurnSpeech: Sendable {
    /// What said it.
    var voice: String
    /// When the first clause was there.
    var start: ContinuousClock.Instant
    /// When the last sound was out, or silence was wanted.
    var end: ContinuousClock.Instant
    /// From the first clause being there to its first sound.
    var firstSound: Duration?
    /// Somebody wanted silence before its end.
    var isInterrupted = false
    /// Not all of it could be said.
    var isError = false
}
