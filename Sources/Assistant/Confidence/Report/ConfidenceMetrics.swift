/// What a confidence said about an answer, and what came of it.
package struct ConfidenceOutcome: Sendable, Hashable {
    /// In [0, 1].
    package var confidence: Double
    package var isRight: Bool

    package init(_ confidence: Double, isRight: Bool) {
        self.confidence = confidence
        self.isRight = isRight
    }
}

/// How well confidences separate right answers from wrong ones, and how far they mean what they say.
package struct ConfidenceMetrics: Sendable {
    /// In ascending order of confidence.
    private let sorted: [ConfidenceOutcome]

    package init(_ judged: [ConfidenceOutcome]) {
        sorted = judged.sorted { ($0.confidence, $0.isRight ? 1 : 0) < ($1.confidence, $1.isRight ? 1 : 0) }
    }

    package var count: Int { sorted.count }

    /// The share of right answers; `nil` where there are none.
    package var accuracy: Double? {
        sorted.isEmpty ? nil : Double(sorted.count(where: \.isRight)) / Double(sorted.count)
    }

    /// The probability that a right answer has the higher confidence of a right and a wrong one, ties counting half;
    /// `nil` where all are of one kind.
    package var auroc: Double? {
        let rights = sorted.count(where: \.isRight)
        let wrongs = sorted.count - rights
        guard rights > 0, wrongs > 0 else { return nil }
        var ranks = 0.0
        var start = 0
        while start < sorted.count {
            let end = sorted[start...].firstIndex { $0.confidence > sorted[start].confidence } ?? sorted.count
            ranks += Double(start + end + 1) / 2 * Double(sorted[start..<end].count(where: \.isRight))
            start = end
        }
        return (ranks - Double(rights) * Double(rights + 1) / 2) / (Double(rights) * Double(wrongs))
    }

    /// A bin of neighbours: what they promised on average, and what they kept.
    package struct Bin: Sendable, Hashable {
        package var confidence: Double
        package var accuracy: Double
        package var count: Int
    }

    /// Bins of equal mass.
    package func bins(_ wanted: Int = 15) -> [Bin] {
        (0..<wanted).compactMap { bin in
            let part = sorted[bin * count / wanted..<(bin + 1) * count / wanted]
            guard !part.isEmpty else { return nil }
            let size = Double(part.count)
            return Bin(
                confidence: part.reduce(0) { $0 + $1.confidence } / size,
                accuracy: Double(part.count(where: \.isRight)) / size, count: part.count)
        }
    }

    /// Expected calibration error over bins of equal mass; 0 where there are no answers.
    package func calibrationError(bins wanted: Int = 15) -> Double {
        bins(wanted).reduce(0) { $0 + Double($1.count) / Double(count) * abs($1.confidence - $1.accuracy) }
    }

    /// The mean squared difference between promise and outcome.
    package var brier: Double {
        sorted.reduce(0) { $0 + ($1.confidence - ($1.isRight ? 1 : 0)) * ($1.confidence - ($1.isRight ? 1 : 0)) }
            / Double(max(1, count))
    }

    /// The share of answers at or above a threshold, and the share of those that are right (`nil` where there are none).
    package func kept(from threshold: Double) -> (share: Double, accuracy: Double?) {
        let kept = sorted.drop { $0.confidence < threshold }
        guard !kept.isEmpty else { return (0, nil) }
        return (Double(kept.count) / Double(count), Double(kept.count(where: \.isRight)) / Double(kept.count))
    }

    /// A point of the cost-quality curve.
    package struct CostPoint: Sendable, Hashable {
        /// Share of the questions that go to the cloud.
        package var escalated: Double
        /// Share answered rightly, where the cloud always is right.
        package var accuracy: Double
    }

    /// Accuracy of the whole when the least confident share is escalated; in ascending order of that share.
    package var costCurve: [CostPoint] {
        guard count > 0 else { return [] }
        var right = sorted.count(where: \.isRight)
        var curve = [CostPoint(escalated: 0, accuracy: Double(right) / Double(count))]
        for (index, answer) in sorted.enumerated() {
            if !answer.isRight { right += 1 }
            curve.append(
                CostPoint(escalated: Double(index + 1) / Double(count), accuracy: Double(right) / Double(count)))
        }
        return curve
    }

    /// The 95 % interval of the AUROC by resampling; `nil` where it cannot be had. Deterministic by `seed`.
    package func aurocInterval(resamples: Int = 400, seed: UInt64 = 0) -> ClosedRange<Double>? {
        var generator = SeededGenerator(seed)
        let values = (0..<resamples).compactMap { _ in
            ConfidenceMetrics((0..<count).map { _ in sorted[generator.index(below: count)] }).auroc
        }.sorted()
        guard values.count >= 40 else { return nil }
        return values[values.count / 40]...values[values.count - 1 - values.count / 40]
    }
}

/// Deterministic pseudo-random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func index(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
