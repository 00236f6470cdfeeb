internal import Foundation

/// What the first turns with a release have to be like, in comparison with those before it. In hawkBit's words.
package struct TrialConditions: Sendable, Hashable, Codable {
    /// What becomes of a release that meets an error condition.
    package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        /// What ran before runs again, and the release is not taken again.
        case goBack = "go back"
        /// It goes on, and nothing newer is taken in its place.
        case pause
    }

    /// The success condition: so many turns without an error condition.
    package var turns: Int64 = 30
    /// Ends a trial that has fewer turns.
    package var hours: Int64 = 168
    /// Error conditions: by how many percent the first token may take longer, 95 of 100 times ...
    package var firstTokenPercent: Int64 = 50
    /// ... and by how many percentage points more turns may end in an error, ...
    package var errorPoints: Int64 = 10
    /// ... more or fewer be escalated: fewer, since a confidence that lies keeps what it should not, ...
    package var escalatedPoints: Int64 = 25
    /// ... and more answers be found wrong.
    package var wrongPoints: Int64 = 20
    package var action = Action.goBack

    package init() {}

    /// Reads what the signer says; `nil` for what is not understood.
    init?(_ rollout: MetadataValue) {
        func number(_ group: String, _ key: String, _ range: ClosedRange<Int64>, _ usual: Int64) -> Int64? {
            guard let value = rollout[group]?[key] else { return usual }
            return value.number.flatMap { range.contains($0) ? $0 : nil }
        }
        let error = "error_condition"
        guard let turns = number("success_condition", "turns", 1...10_000, turns),
            let hours = number("success_condition", "hours", 1...10_000, hours),
            let firstToken = number(error, "first_token_percent", 1...100_000, firstTokenPercent),
            let errors = number(error, "error_points", 1...100, errorPoints),
            let escalated = number(error, "escalated_points", 1...100, escalatedPoints),
            let wrong = number(error, "wrong_points", 1...100, wrongPoints),
            let action = rollout["error_action"].map({ $0.string.flatMap(Action.init) }) ?? action
        else { return nil }
        self.turns = turns
        self.hours = hours
        firstTokenPercent = firstToken
        errorPoints = errors
        escalatedPoints = escalated
        wrongPoints = wrong
        self.action = action
    }
}

/// A release that runs and is compared with what ran before it.
package struct ReleaseTrial: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable {
        case running, success, failure, pause
    }

    package var kind: String
    package var name: String
    package var number: Int64
    package var digest: String
    /// Milliseconds since 1970.
    package var since: Int64
    package var conditions: TrialConditions
    package var before: TurnFigures
    package var after = TurnFigures([])
    package var state = State.running
    /// Why it ended as it did, a sentence.
    package var reason: String?

    /// - Parameter samples: oldest first.
    package init(_ release: Release, _ conditions: TrialConditions, after samples: [TurnSample], at now: Int64) {
        kind = release.kind.rawValue
        name = release.name
        number = release.number
        digest = release.digest
        since = now
        self.conditions = conditions
        // More of them than of those after: what is compared with should not itself be a matter of chance.
        before = TurnFigures(samples.suffix(Int(conditions.turns) * 4))
    }

    package var place: RolloutPlan.Place? {
        Release.Kind(rawValue: kind).map { RolloutPlan.Place(kind: $0, name: name) }
    }

    /// For a sentence, while it runs.
    package var progress: String { "\(after.turns) of \(conditions.turns) turns on trial" }

    /// Counts the turns with the release, and ends the trial where they say enough.
    package mutating func judge(_ samples: [TurnSample], at now: Int64) {
        guard state == .running else { return }
        let isLive = [Release.Kind.collection.rawValue, Release.Kind.configuration.rawValue].contains(kind)
        let mark = TurnSample.mark(of: digest)
        // What is read anew while a program runs needs no start of it.
        let mine = samples.filter { $0.time >= since && (isLive || $0.releases.contains(mark)) }
        after = TurnFigures(mine)
        if let worse = worsening(mine) {
            state = conditions.action == .pause ? .pause : .failure
            reason = worse
        } else if after.turns >= conditions.turns {
            state = .success
            reason =
                before.turns < Self.fewest
                ? "\(after.turns) turns, and too few before it to compare with" : "\(after.turns) turns are no worse"
        } else if now - since > conditions.hours * 3_600_000 {
            state = .success
            reason = "\(after.turns) turns in \(conditions.hours) hours are no worse"
        }
    }

    /// Fewer turns say nothing.
    private static let fewest = 10

    /// What has become worse, and is no chance; `nil` for nothing.
    private func worsening(_ samples: [TurnSample]) -> String? {
        guard after.turns >= min(Self.fewest, Int(conditions.turns)) else { return nil }
        if isMore(after.errors, after.turns, before.errors, before.turns, conditions.errorPoints) {
            return Self.sentence("ended in an error", after.errors, after.turns, before.errors, before.turns)
        }
        guard before.turns >= Self.fewest else { return nil }
        if let new = after.firstTokenP95, let old = before.firstTokenP95,
            // Half a tenth of a second is nothing that somebody waits for.
            new - old > 50_000, isSlower(samples.compactMap(\.firstToken), than: old)
        {
            return String(
                format: "the first token took up to %.2f s in 95 of 100 turns, and up to %.2f s before it",
                Double(new) / 1e6, Double(old) / 1e6)
        }
        let points = conditions.escalatedPoints
        if isMore(after.escalated, after.turns, before.escalated, before.turns, points)
            || isMore(before.escalated, before.turns, after.escalated, after.turns, points)
        {
            return Self.sentence(
                "were not sure enough", after.escalated, after.turns, before.escalated, before.turns)
        }
        if isMore(after.wrong, after.judged, before.wrong, before.judged, conditions.wrongPoints) {
            return "\(after.wrong) of \(after.judged) judged answers were wrong, and \(before.wrong) of "
                + "\(before.judged) before it"
        }
        return nil
    }

    /// Whether more turns than one in twenty take longer than the condition allows, by more than three standard errors: a
    /// device that had something else to do for a while is no slower.
    private func isSlower(_ times: [Int64], than old: Int64) -> Bool {
        let slow = times.count { $0 > old + old / 100 * conditions.firstTokenPercent }
        let (share, usual) = (Double(slow) / Double(max(1, times.count)), 0.05)
        return share - usual > 3 * (usual * (1 - usual) / Double(max(1, times.count))).squareRoot()
    }

    private static func sentence(_ what: String, _ new: Int, _ turns: Int, _ old: Int, _ before: Int) -> String {
        "\(new) of \(turns) turns \(what), and \(old) of \(before) before it"
    }

    /// Whether a share is larger than another by more than so many points and by more than three standard errors of their
    /// difference. Of nothing, the share is none.
    private func isMore(_ new: Int, _ all: Int, _ old: Int, _ allBefore: Int, _ points: Int64) -> Bool {
        guard all > 0 else { return false }
        let share = Double(new) / Double(all)
        let shareBefore = allBefore > 0 ? Double(old) / Double(allBefore) : 0
        let pooled = Double(new + old) / Double(all + allBefore)
        let error = (pooled * (1 - pooled) * (1 / Double(all) + (allBefore > 0 ? 1 / Double(allBefore) : 0)))
            .squareRoot()
        return share - shareBefore > Double(points) / 100 && share - shareBefore > 3 * error
    }
}
