/// Where on this device answers are made.
package enum Backend: String, Sendable, Hashable, Codable, CaseIterable {
    case cpu, hat

    /// As the screen says it.
    package var words: String { self == .cpu ? "CPU" : "HAT+" }
}

/// What the operator wants of it.
package enum BackendPreference: String, Sendable, Hashable, CaseIterable {
    /// Whichever was measured to be better.
    case auto
    case cpu, hat
}

/// What is better.
package enum BackendGoal: String, Sendable, Hashable, CaseIterable {
    /// The answer is there sooner.
    case latency
    /// The answer takes less energy.
    case power
}
