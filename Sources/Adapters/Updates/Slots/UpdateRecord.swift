internal import Foundation

/// What this device remembers of its updates: what failed, and how the last one ended.
package struct UpdateRecord: Sendable, Hashable, Codable {
    /// A release that was tried and failed.
    package struct Failure: Sendable, Hashable, Codable {
        package var digest: String
        package var kind: String
        package var name: String
        package var number: Int64
        /// A sentence.
        package var reason: String

        package init(_ release: Release, reason: String) {
            digest = release.digest
            kind = release.kind.rawValue
            name = release.name
            number = release.number
            self.reason = reason
        }

        package init(_ release: InstalledRelease, reason: String) {
            digest = release.digest
            kind = release.kind
            name = release.name
            number = release.number
            self.reason = reason
        }
    }

    /// What the repository offered at the last check.
    package struct Offer: Sendable, Hashable, Codable {
        package var kind: String
        package var name: String
        package var newest: Int64?
        /// `install`, `go back` or `none`.
        package var step: String
        /// Why the newest is not taken.
        package var obstacle: String?

        package init(_ entry: RolloutPlan.Entry) {
            kind = entry.place.kind.rawValue
            name = entry.place.name
            newest = entry.newest?.number
            obstacle = entry.obstacle
            step =
                switch entry.step {
                case .install: "install"
                case .goBack: "go back"
                case nil: "none"
                }
        }
    }

    /// Oldest first.
    package var quarantine: [Failure] = []
    package var offers: [Offer] = []
    /// Of what runs, the latest of each place.
    package var trials: [ReleaseTrial]?
    /// Seconds since 1970 of the last check that succeeded.
    package var lastCheck: Int64?
    /// Why nothing could be taken from the repository when it was last asked; `nil` where something could.
    package var problem: String?
    /// How the last one that did something, or failed, ended.
    package var lastResult: String?

    package init() {}

    /// Digests of what is not tried again.
    package var quarantined: Set<String> { Set(quarantine.map(\.digest)) }

    /// Begins a trial, in place of an earlier one of the same place.
    package mutating func begin(_ trial: ReleaseTrial) {
        trials = (trials ?? []).filter { $0.place != trial.place } + [trial]
    }

    package mutating func add(_ failure: Failure) {
        quarantine.removeAll { $0.digest == failure.digest }
        quarantine.append(failure)
        if quarantine.count > 200 { quarantine.removeFirst() }
    }

    /// Reads the record of a directory; an empty one where there is none, or it was damaged.
    package static func read(in directory: String) -> UpdateRecord {
        guard let bytes = try? FileAccess.read(directory + "/state.json", limit: 1 << 20),
            let record = try? JSONDecoder().decode(UpdateRecord.self, from: Data(bytes))
        else { return UpdateRecord() }
        return record
    }

    package func write(in directory: String) throws(UpdateError) {
        try FileAccess.makeDirectory(directory)
        try FileAccess.write(json: self, to: directory + "/state.json", in: directory)
    }
}
