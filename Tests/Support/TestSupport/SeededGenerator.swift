/// Random numbers that are the same for the same seed everywhere (SplitMix64), so that a failure can be seen again.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0 ..< `limit`.
    package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// True once in `denominator` times.
    package mutating func chance(of denominator: Int) -> Bool { below(denominator) == 0 }

    package mutating func pick<Choices: Collection>(_ choices: Choices) -> Choices.Element {
        guard let choice = choices.randomElement(using: &self) else { preconditionFailure("nothing to pick from") }
        return choice
    }

    /// The first choice half of the time, any otherwise.
    package mutating func pickOften<Choices: Collection>(_ choices: Choices) -> Choices.Element {
        guard let first = choices.first, Bool.random(using: &self) else { return pick(choices) }
        return first
    }
}
