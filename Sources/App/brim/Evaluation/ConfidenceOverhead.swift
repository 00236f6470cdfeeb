import AssistantCore
import CMalloc
import Confidence
import Routing
import Turns

/// What the calibrated meter costs, measured: time for each token, and memory while an answer is at work.
struct ConfidenceOverhead {
    var perToken: Duration
    var bytes: Int

    private static let answers = 400
    private static let tokens = 64

    /// - Parameter load: reads the calibration from its file.
    /// - Returns: `nil` where there is no calibration that fits.
    static func measure(_ load: () -> ModelConfidence) -> ConfidenceOverhead? {
        // Once beforehand: what the first decoding of a file sets up stays and is not the meter's.
        guard load().calibration != nil else { return nil }
        let before = allocated
        let modelConfidence = load()
        let request = TurnRequest(prompt: "What is the capital of the country that Vienna lies in?")
            .prepared(by: modelConfidence.profile)
        var estimator = modelConfidence.estimator(for: request)
        let answer = answer()
        for token in answer { estimator.observe(token) }
        let bytes = allocated - before
        let time = ContinuousClock().measure {
            for _ in 0..<answers {
                var estimator = modelConfidence.estimator(for: request)
                for token in answer {
                    estimator.observe(token)
                    _ = estimator.reading
                }
                estimator.finish()
            }
        }
        return ConfidenceOverhead(perToken: time / (answers * tokens), bytes: max(0, bytes))
    }

    /// Words of the question and others in turn, so that every checkpoint is passed.
    private static func answer() -> [GeneratedToken] {
        (0..<tokens).map { number in
            let text = number < 8 || number.isMultiple(of: 3) ? " the capital" : " Wien\(number)"
            return GeneratedToken(id: 1, text: text, logProbability: -0.25, entropy: 0.5, margin: 1)
        }
    }

    /// Bytes that the heap has given out.
    private static var allocated: Int {
        let heap = mallinfo2()
        return Int(heap.uordblks) + Int(heap.hblkhd)
    }
}
