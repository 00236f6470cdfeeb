import Foundation
import Testing

@testable import Updates

@Suite("The first turns with a release")
struct TrialTests {
    private static let digest = Digest.sha256(Array("release".utf8))
    private static let start: Int64 = 1_000_000

    /// Turns of which the first so many are errors, not sure enough, and so on.
    private static func samples(
        _ turns: Int, from time: Int64, seconds: Double = 0.4, errors: Int = 0, escalated: Int = 0,
        judged: Int = 0, wrong: Int = 0, releases: [String] = []
    ) -> [TurnSample] {
        (0..<turns).map { turn in
            TurnSample(
                time: time + Int64(turn), firstToken: Int64(seconds * 1e6) + Int64(turn) * 100, isError: turn < errors,
                isEscalated: turn < escalated, releases: releases)
        }
            + (0..<judged).map { TurnSample(time: time, isRight: $0 >= wrong, releases: releases) }
    }

    private static func release(
        kind: String = "model", rollout: [String: MetadataValue] = ["success_condition": .object([:])]
    ) throws -> Release {
        let target = try TargetDescription(
            "models/m/1",
            .object([
                "length": .number(1), "hashes": .object(["sha256": .string(digest)]),
                "custom": .object([
                    "brim": .object([
                        "format": .number(1), "kind": .string(kind), "name": .string("m"), "number": .number(1),
                        "rollout": .object(rollout.merging(["status": .string("running")]) { $1 }),
                    ])
                ]),
            ]))
        return try #require(try Release(target))
    }

    /// How a trial stands after some turns.
    private static func trial(
        before: [TurnSample], after: [TurnSample], kind: String = "model",
        rollout: [String: MetadataValue] = ["success_condition": .object([:])], hours: Int64 = 0
    ) throws -> ReleaseTrial {
        let release = try release(kind: kind, rollout: rollout)
        var trial = ReleaseTrial(release, try #require(release.trial), after: before, at: start)
        trial.judge(before + after, at: start + hours * 3_600_000)
        return trial
    }

    private static let mark = [TurnSample.mark(of: digest)]
    private static let usual = samples(60, from: 0, errors: 1, escalated: 12, judged: 20, wrong: 4)

    @Test("What is no worse is a success after its turns, and not before")
    func success() throws {
        let some = Self.samples(
            29, from: Self.start, errors: 1, escalated: 6, judged: 10, wrong: 2, releases: Self.mark)
        #expect(try Self.trial(before: Self.usual, after: some).state == .running)
        let all = Self.samples(30, from: Self.start, errors: 1, escalated: 6, judged: 10, wrong: 2, releases: Self.mark)
        let trial = try Self.trial(before: Self.usual, after: all)
        #expect(trial.state == .success && trial.after.turns == 30 && trial.before.turns == 60)
        #expect(trial.before.errors == 1 && trial.before.judged == 20 && trial.before.wrong == 4)
        #expect(trial.before.firstTokenP95 == 405_600)
    }

    @Test(
        "What is worse ends in a failure that says what is",
        arguments: [
            (samples(12, from: start, errors: 8, releases: mark), "8 of 12 turns ended in an error"),
            (samples(12, from: start, seconds: 0.9, releases: mark), "the first token took up to 0.90 s"),
            (samples(20, from: start, escalated: 18, releases: mark), "18 of 20 turns were not sure enough"),
            (samples(20, from: start, escalated: 4, judged: 10, wrong: 8, releases: mark), "8 of 10 judged answers"),
        ])
    func failure(after: [TurnSample], reason: String) throws {
        let trial = try Self.trial(before: Self.usual, after: after)
        #expect(trial.state == .failure)
        #expect(trial.reason?.hasPrefix(reason) == true, "\(trial.reason ?? "")")
    }

    @Test("A confidence that lies is found by what it no longer gives away")
    func overconfident() throws {
        let before = Self.samples(60, from: 0, escalated: 30)
        let trial = try Self.trial(before: before, after: Self.samples(20, from: Self.start, releases: Self.mark))
        #expect(trial.state == .failure && trial.reason?.hasPrefix("0 of 20 turns were not sure enough") == true)
    }

    @Test("What may be chance is no failure")
    func chance() throws {
        for after in [
            Self.samples(12, from: Self.start, errors: 2, escalated: 4, judged: 3, wrong: 1, releases: Self.mark),
            Self.samples(9, from: Self.start, errors: 9, releases: Self.mark),
            Self.samples(12, from: Self.start, seconds: 0.44, escalated: 3, releases: Self.mark),
        ] {
            #expect(try Self.trial(before: Self.usual, after: after).state == .running)
        }
    }

    @Test("A device that had something else to do for three of twenty turns is no slower, for six of them it is")
    func busy() throws {
        for (busy, state): (Int, ReleaseTrial.State) in [(3, .running), (6, .failure)] {
            let after =
                Self.samples(20 - busy, from: Self.start, escalated: 4, releases: Self.mark)
                + Self.samples(busy, from: Self.start + 100, seconds: 5, releases: Self.mark)
            #expect(try Self.trial(before: Self.usual, after: after).state == state)
        }
    }

    @Test("Turns of a program that was started before the swap are not the release's")
    func otherPrograms() throws {
        let after = Self.samples(40, from: Self.start, errors: 40, releases: ["0000000000000000"])
        #expect(try Self.trial(before: Self.usual, after: after).after.turns == 0)
        let live = try Self.trial(before: Self.usual, after: after, kind: "collection")
        #expect(live.state == .failure, "what is read anew while a program runs is that program's too")
    }

    @Test("Without anything to compare with, errors alone end a trial")
    func noBaseline() throws {
        let slow = Self.samples(30, from: Self.start, seconds: 9, escalated: 30, releases: Self.mark)
        let trial = try Self.trial(before: [], after: slow)
        #expect(trial.state == .success && trial.reason?.contains("too few before it") == true)
        let broken = Self.samples(10, from: Self.start, errors: 10, releases: Self.mark)
        #expect(try Self.trial(before: [], after: broken).state == .failure)
    }

    @Test("A trial that has too few turns ends with its time")
    func time() throws {
        let after = Self.samples(3, from: Self.start, releases: Self.mark)
        #expect(try Self.trial(before: Self.usual, after: after, hours: 168).state == .running)
        #expect(try Self.trial(before: Self.usual, after: after, hours: 169).state == .success)
    }

    @Test("The publisher's conditions hold in place of the usual ones, and an action may be a pause")
    func conditions() throws {
        let rollout: [String: MetadataValue] = [
            "success_condition": .object(["turns": .number(15)]),
            "error_condition": .object(["first_token_percent": .number(300)]), "error_action": .string("pause"),
        ]
        let slow = Self.samples(15, from: Self.start, seconds: 1.2, escalated: 3, releases: Self.mark)
        #expect(try Self.trial(before: Self.usual, after: slow, rollout: rollout).state == .success)
        let slower = Self.samples(15, from: Self.start, seconds: 2, escalated: 3, releases: Self.mark)
        #expect(try Self.trial(before: Self.usual, after: slower, rollout: rollout).state == .pause)
        #expect(try Self.release(rollout: [:]).trial == nil)
        for wrong: [String: MetadataValue] in [
            ["success_condition": .object(["turns": .number(0)])], ["error_action": .string("explode")],
            ["error_condition": .object(["error_points": .string("many")])],
        ] {
            #expect(throws: UpdateError.self) { try Self.release(rollout: wrong) }
        }
    }

    @Test("While a release is on trial nothing newer takes its place, unless it is stopped")
    func waiting() throws {
        func target(_ number: Int64, _ status: String) throws -> TargetDescription {
            try TargetDescription(
                "models/m/\(number)",
                .object([
                    "length": .number(1),
                    "hashes": .object(["sha256": .string(number == 1 ? Self.digest : Digest.sha256([UInt8(number)]))]),
                    "custom": .object([
                        "brim": .object([
                            "format": .number(1), "kind": .string("model"), "name": .string("m"),
                            "number": .number(number),
                            "rollout": .object([
                                "status": .string(status),
                                "groups": .array([.object(["name": .string("*"), "percent": .number(100)])]),
                            ]),
                        ])
                    ]),
                ]))
        }
        let trial = try Self.trial(before: Self.usual, after: [])
        let place = RolloutPlan.Place(kind: .model, name: "m")
        let installed = InstalledRelease(
            kind: "model", name: "m", number: 1, digest: Self.digest, bytes: 1, file: "f")
        let device = FleetDevice(identifier: "d", group: "g", processor: "p", memoryBytes: 1)
        func entry(_ status: String, _ trials: [ReleaseTrial]) throws -> RolloutPlan.Entry {
            let plan = RolloutPlan(
                [try target(1, status), try target(2, "running")], installed: [place: installed], device: device,
                quarantine: [], trials: trials)
            return try #require(plan.entries.first)
        }
        #expect(try entry("running", [trial]).step == nil)
        #expect(try entry("running", [trial]).obstacle == "0 of 30 turns on trial")
        #expect(try entry("stopped", [trial]).step != nil)
        #expect(try entry("running", []).step != nil)
        var done = trial
        done.state = .success
        #expect(try entry("running", [done]).step != nil)
        done.state = .pause
        #expect(try entry("running", [done]).obstacle?.contains("paused") == true)
    }

    @Test("Figures of turns are kept, so many and no more, and a damaged line costs itself alone")
    func file() throws {
        let directory = NSTemporaryDirectory() + "brim-turns-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = TurnSampleFile(in: directory)
        #expect(try file.samples() == [])
        let samples = Self.samples(3_000, from: 7, errors: 1, releases: Self.mark)
        for sample in samples { try file.append(sample) }
        let path = directory + "/turns.jsonl"
        #expect(try file.samples().last == samples.last && file.samples().count < 3_000)
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(size <= (1 << 18) + 200)
        var data = try #require(FileManager.default.contents(atPath: path))
        let count = try file.samples().count
        data[data.startIndex] = UInt8(ascii: "x")
        try data.write(to: URL(fileURLWithPath: path))
        #expect(try file.samples().count == count - 1)
    }
}
