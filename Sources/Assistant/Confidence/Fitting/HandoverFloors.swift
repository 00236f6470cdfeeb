/// Chooses under which confidence a draft is given up at each checkpoint, and says what that would have done.
struct HandoverFloors {
    /// Judgements at the checkpoints, the finished answers' last, by fits that had not seen the answers.
    let heldOut: [CalibrationFit.HeldOut]
    /// At each checkpoint before the end, which of the answers came to it.
    let reached: [[Bool]]
    let threshold: Double

    /// How sure one may be of an answer: what is known of its kind, or nothing.
    private enum View: Int, CaseIterable { case known, new }

    /// One for each checkpoint before the end: the highest under which at most ``CalibrationFit/tolerance`` of the answers
    /// stopped there and before would have ended well, with room for chance. `nil` where it stops nothing.
    ///
    /// - Parameter answers: those to choose by.
    private func floors(by answers: [Int], _ view: View) -> [Double?] {
        var remaining = answers
        var gone: [Int] = []
        return reached.indices.map { checkpoint in
            let floor = stride(from: (threshold * 100).rounded(.down) / 100, to: 0, by: -0.01).first { floor in
                let more = stopped(remaining, at: checkpoint, below: floor, view)
                return !more.isEmpty && isBearable(gone + more, view)
            }
            guard let floor else { return nil }
            let more = stopped(remaining, at: checkpoint, below: floor, view)
            remaining.removeAll(where: Set(more).contains)
            gone += more
            return floor
        }
    }

    /// The floors of all checkpoints before the end, for questions of known form and for others.
    func floors() -> [Calibration.Floors] {
        let all = Array(heldOut[0].newKinds.indices)
        return zip(floors(by: all, .known), floors(by: all, .new)).map { Calibration.Floors(known: $0, new: $1) }
    }

    /// What floors do to answers that they were not chosen by: chosen on each half, tried on the other.
    ///
    /// - Parameter tokens: at each checkpoint, how many tokens each answer had there, the whole answer's last.
    func trial(tokens: [[Int]]) -> CalibrationFit.HandoverTrial {
        let halves = [0, 1].map { half in heldOut[0].newKinds.indices.filter { $0 % 2 == half } }
        var ends: [[End]] = View.allCases.map { _ in [] }
        for half in halves.indices {
            for view in View.allCases {
                let floors = floors(by: halves[1 - half], view)
                ends[view.rawValue] += halves[half].map { end(of: $0, floors, tokens, view) }
            }
        }
        let (known, new) = (ends[0], ends[1])
        return CalibrationFit.HandoverTrial(
            lostOfKnownKinds: Self.lost(of: known), lostOfNewKinds: Self.lost(of: new),
            medianTokenOfKnownKinds: Self.median(of: known), medianTokenOfNewKinds: Self.median(of: new))
    }

    /// Where an answer was stopped, or its own end.
    private struct End {
        var tokens: Int
        var isStopped: Bool
        /// Whether the whole answer is one to keep.
        var endsWell: Bool
    }

    private func end(of answer: Int, _ floors: [Double?], _ tokens: [[Int]], _ view: View) -> End {
        let stop = floors.indices.first { checkpoint in
            guard let floor = floors[checkpoint] else { return false }
            return !stopped([answer], at: checkpoint, below: floor, view).isEmpty
        }
        return End(
            tokens: tokens[stop ?? tokens.count - 1][answer], isStopped: stop != nil, endsWell: endsWell(answer, view))
    }

    /// At which token an answer that is not to be kept leaves.
    private static func median(of ends: [End]) -> Int? {
        let tokens = ends.filter { !$0.endsWell }.map(\.tokens).sorted()
        return tokens.isEmpty ? nil : tokens[tokens.count / 2]
    }

    private static func lost(of ends: [End]) -> Double {
        let stopped = ends.filter(\.isStopped)
        return Double(stopped.count(where: \.endsWell)) / Double(max(1, stopped.count))
    }

    private func judged(_ checkpoint: Int, _ view: View) -> [ConfidenceOutcome] {
        switch view {
        case .known: heldOut[checkpoint].knownKinds
        case .new: heldOut[checkpoint].newKinds
        }
    }

    private func stopped(_ answers: [Int], at checkpoint: Int, below floor: Double, _ view: View) -> [Int] {
        // Before the first content token nothing is said of new kinds.
        if view == .new, heldOut[checkpoint].contentTokens == 0 { return [] }
        let judged = judged(checkpoint, view)
        return answers.filter { reached[checkpoint][$0] && judged[$0].confidence < floor }
    }

    /// Whether so few of them would have ended well that it should stay so on answers that nobody has seen: a count of
    /// `well` varies by its root from one set of questions to the next, and floors chosen right at the limit miss it half
    /// of the time.
    private func isBearable(_ stopped: [Int], _ view: View) -> Bool {
        let well = Double(stopped.count { endsWell($0, view) })
        return well + well.squareRoot() <= CalibrationFit.tolerance * Double(stopped.count)
    }

    private func endsWell(_ answer: Int, _ view: View) -> Bool {
        judged(heldOut.count - 1, view)[answer].confidence >= threshold
    }
}
