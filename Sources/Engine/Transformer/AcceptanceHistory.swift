/// How often guesses came true, earlier ones counting ever less.
struct AcceptanceHistory: Sendable {
    private var cameTrue: Double
    private var tried = Self.priorWeight

    /// What is expected at first counts as so many guesses.
    private static let priorWeight = 4.0
    /// So many guesses are remembered.
    private static let memory = 20.0

    /// - Parameter prior: how probable it is that a guess comes true, before any was made.
    init(_ prior: Double) { cameTrue = prior * Self.priorWeight }

    /// That the next guess comes true.
    var probability: Double { cameTrue / tried }

    mutating func add(_ isTrue: Bool) {
        let fading = tried < Self.memory ? 1 : Self.memory / (tried + 1)
        cameTrue = (cameTrue + (isTrue ? 1 : 0)) * fading
        tried = (tried + 1) * fading
    }

    /// Goes back towards a probability by a share of the way.
    mutating func forget(towards prior: Double, by share: Double) { cameTrue += (prior * tried - cameTrue) * share }
}
