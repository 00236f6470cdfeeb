import AssistantCore
import Foundation
import Updates

/// A log of turns that counts verdicts too.
protocol VerdictLog: MetricsLog {
    /// Counts what somebody thinks of an answer.
    func judge(isRight: Bool)
}

/// Keeps figures of turns beside the log of them, for the comparison of releases: also at a kiosk, whose log forgets.
struct FleetTurns: VerdictLog {
    private let log: any MetricsLog
    private let file: TurnSampleFile
    private let releases: [String]

    /// To be made before anything of a release is loaded: what an update brings later is not what this program runs.
    init(_ log: any MetricsLog, _ directories: BrimDirectories) {
        self.log = log
        file = TurnSampleFile(in: InstalledUpdates.directory(directories))
        releases = SlotPair.installed(in: InstalledUpdates.slots(directories)).values
            .map { TurnSample.mark(of: $0.digest) }.sorted()
    }

    func record(_ turn: TurnMetrics) async throws {
        // What cannot be kept for a comparison is no reason to keep nothing.
        try? file.append(TurnSample(turn, releases: releases, at: .now))
        try await log.record(turn)
    }

    func judge(isRight: Bool) {
        try? file.append(
            TurnSample(time: Timestamp.now.millisecondsSince1970, isRight: isRight, releases: releases))
    }

    func turns(limit: Int) async throws -> [TurnMetrics] { try await log.turns(limit: limit) }

    func summary(since start: Timestamp) async throws -> MetricsSummary { try await log.summary(since: start) }
}

extension TurnSample {
    init(_ turn: TurnMetrics, releases: [String], at now: Timestamp) {
        self.init(
            time: now.millisecondsSince1970, firstToken: turn.firstToken?.inMicroseconds,
            isError: turn.route == .refused || turn.ending == .broken || turn.ending == .loop,
            isEscalated: turn.route == .cloud || turn.isUnsure == true, releases: releases)
    }
}
