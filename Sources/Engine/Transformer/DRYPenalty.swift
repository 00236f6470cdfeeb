internal import Glibc

/// Lowers the scores of tokens that would go on with a run of tokens that stood in the context before.
///
/// All memory is taken when it is made; applying it allocates nothing and takes time proportional to the context, more only
/// where much of it repeats. For one thread at a time. See ``SamplerConfig/DRY`` for the formula and its source.
struct DRYPenalty {
    private let config: SamplerConfig.DRY
    /// For each token of the vocabulary: the longest run that it would go on with, 0 between two uses.
    private var lengths: [UInt8]
    /// The tokens whose length is not 0.
    private var found: [Int32] = []
    private let isBreaker: [Bool]

    /// Longer runs are not told apart: the penalty is beyond every logit by then.
    private static let longestRun = 64
    /// No logit is lowered by more.
    private static let mostPenalty: Float = 1e4

    /// - Parameter isBreaker: whether runs end at a token; see ``Sampler/init(_:vocabularySize:isBreaker:)``.
    init(_ config: SamplerConfig.DRY, vocabularySize: Int, isBreaker: (Int32) -> Bool) {
        self.config = config
        lengths = Array(repeating: 0, count: vocabularySize)
        found.reserveCapacity(SamplerConfig.longestWindow)
        self.isBreaker = (0..<Int32(vocabularySize)).map(isBreaker)
    }

    /// - Parameters:
    ///   - scores: a logit for each token of the vocabulary.
    ///   - context: tokens.
    ///   - range: which of them are the latest: ``SamplerConfig/longestWindow`` at most.
    mutating func apply(to scores: inout [Float], after context: [Int32], in range: Range<Int>) {
        guard !range.isEmpty, !breaks(context[range.upperBound - 1]) else { return }
        let latest = context[range.upperBound - 1]
        for place in range.lowerBound..<range.upperBound - 1 where context[place] == latest {
            let run = runLength(in: context, range, endingAt: place)
            let next = Int(context[place + 1])
            guard run >= config.allowedLength, next >= 0, next < lengths.count, !breaks(context[place + 1]) else {
                continue
            }
            if lengths[next] == 0 { found.append(context[place + 1]) }
            lengths[next] = max(lengths[next], UInt8(run))
        }
        for place in 0..<found.count {
            let token = Int(found[place])
            let beyond = Int(lengths[token]) - config.allowedLength
            let penalty = Float(config.multiplier * pow(config.base, Double(beyond)))
            scores[token] -= min(penalty, Self.mostPenalty)
            lengths[token] = 0
        }
        found.removeAll(keepingCapacity: true)
    }

    /// How many tokens up to `place` are those at the end of the context.
    private func runLength(in context: [Int32], _ range: Range<Int>, endingAt place: Int) -> Int {
        var length = 1
        while length < Self.longestRun, place - length >= range.lowerBound {
            let token = context[place - length]
            guard token == context[range.upperBound - 1 - length], !breaks(token) else { break }
            length += 1
        }
        return length
    }

    private func breaks(_ token: Int32) -> Bool { token >= 0 && token < isBreaker.count && isBreaker[Int(token)] }
}
