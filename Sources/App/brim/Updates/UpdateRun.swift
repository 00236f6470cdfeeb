import AssistantCore
import Foundation
import Updates

/// One look at the repository of updates, and what is done about it.
struct UpdateRun {
    private let options: GlobalOptions
    private let settings: UpdateSettings
    private let repository: UpdateSettings.Repository
    private let device: FleetDevice
    private var directories: BrimDirectories { options.directories }
    private var directory: String { InstalledUpdates.directory(directories) }
    private var slots: String { InstalledUpdates.slots(directories) }

    static func settings(_ options: GlobalOptions) async throws -> UpdateSettings {
        try UpdateSettings(
            await BrimConfiguration.values(options.directories, isNamed: options.config != nil))
    }

    init(_ options: GlobalOptions) async throws {
        self.options = options
        settings = try await Self.settings(options)
        guard let repository = settings.repository else {
            throw CommandFailure("no repository of updates is set; set updates.url and updates.root")
        }
        self.repository = repository
        device = try settings.fleetDevice()
    }

    // MARK: Looking

    /// Asks the repository what it offers.
    func check() async throws -> UpdateReport {
        try await connected { client, _ in
            let trusted = try await client.refresh()
            let plan = try await plan(client, trusted)
            return UpdateReport(settings, directories, try noted(plan), plan: plan)
        }
    }

    /// Asks the repository, and does what there is to do.
    ///
    /// - Returns: what is so now, and a sentence for each step that failed.
    func apply() async throws -> (UpdateReport, failures: [String]) {
        try await connected { client, lock in
            defer { withExtendedLifetime(lock) {} }
            let trusted = try await client.refresh()
            var plan = try await plan(client, trusted)
            var record = try noted(plan)
            var failures: [String] = []
            var leftOut: Set<RolloutPlan.Place> = []
            // What failed its self-test gives way to the next that has its turn; each failure leaves one less.
            while let entry = plan.entries.first(where: { $0.step != nil && !leftOut.contains($0.place) }),
                let step = entry.step
            {
                let pair = SlotPair(entry.place, in: slots)
                switch step {
                case .goBack(let number):
                    record.lastResult = Self.sentence(try pair.goBack(), instead: number, of: entry.place)
                case .install(let release):
                    do {
                        try await install(release, pair, client, trusted)
                        record.lastResult = "success: \(entry.place.words) \(release.number) runs"
                    } catch let failure as SelfTestFailure {
                        record.add(UpdateRecord.Failure(release, reason: failure.description))
                        failures.append("\(entry.place.words) \(release.number) failed its self-test: \(failure)")
                        record.lastResult = "failure: \(failures.last ?? "")"
                    } catch {
                        try Task.checkCancellation()
                        // A file that does not come keeps no other place from its release.
                        leftOut.insert(entry.place)
                        failures.append("\(entry.place.words) \(release.number) did not come: \(error)")
                        record.lastResult = "failure: \(failures.last ?? "")"
                    }
                }
                try record.write(in: directory)
                plan = try await self.plan(client, trusted)
            }
            record.offers = plan.entries.map(UpdateRecord.Offer.init)
            try record.write(in: directory)
            return (UpdateReport(settings, directories, record, plan: plan), failures)
        }
    }

    private struct SelfTestFailure: Error, CustomStringConvertible { let description: String }

    private func install(
        _ release: Release, _ pair: SlotPair, _ client: RepositoryClient, _ trusted: TrustedMetadata
    ) async throws {
        let words = "\(release.kind.rawValue) \(release.name) \(release.number)"
        let bytes = max(1, release.target.file.length ?? 1)
        let target = try pair.prepare(release)
        let file = try await Interruption.cancelling {
            try await client.download(release.target, from: repository.targets, into: target, trusted) { done in
                Terminal.progress("downloading \(words): \(done * 100 / bytes) %")
            }
        }
        Terminal.progress("trying \(words)")
        let failure = await ReleaseSelfTest(options: options).failure(of: release, file: file)
        Terminal.endProgress()
        if let failure {
            // It is not to be taken for what can be gone back to; the slot is emptied by whatever comes next.
            try? FileManager.default.removeItem(atPath: file)
            throw SelfTestFailure(description: failure)
        }
        try pair.activate(release, file: file)
    }

    private func plan(_ client: RepositoryClient, _ trusted: TrustedMetadata) async throws -> RolloutPlan {
        RolloutPlan(
            try await client.targets(trusted), installed: SlotPair.installed(in: slots), device: device,
            quarantine: UpdateRecord.read(in: directory).quarantined)
    }

    /// The record with the time of this check and what was offered.
    private func noted(_ plan: RolloutPlan) throws -> UpdateRecord {
        var record = UpdateRecord.read(in: directory)
        record.lastCheck = Self.now
        record.problem = nil
        record.offers = plan.entries.map(UpdateRecord.Offer.init)
        try record.write(in: directory)
        return record
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970.rounded(.down)) }

    /// Does something with the repository, as the only update of this device.
    private func connected<Value>(
        _ work: (RepositoryClient, DirectoryLock) async throws -> Value
    ) async throws -> Value {
        try requireClock()
        let lock = try DirectoryLock(making: directory)
        let metadata = MetadataDirectory(InstalledUpdates.metadata(directories))
        if try !metadata.hasRoot() { try metadata.begin(with: repository.root) }
        let fetcher = try HTTPFetcher(environment: ProcessInfo.processInfo.environment)
        let client = RepositoryClient(
            metadata, address: repository.metadata, fetcher: fetcher, clock: { Self.now })
        do {
            let value = try await work(client, lock)
            await fetcher.shutDown()
            return value
        } catch {
            await fetcher.shutDown()
            var record = UpdateRecord.read(in: directory)
            record.problem = "\(error)"
            // The error that is thrown says more than one about its record would.
            try? record.write(in: directory)
            throw error
        }
    }

    /// A device without a battery for its clock starts in the past, where all that was signed since is still to come and
    /// all that is old is current.
    private func requireClock() throws {
        let manager = FileManager.default
        let folder = "/run/systemd/timesync"
        guard manager.fileExists(atPath: folder), !manager.fileExists(atPath: folder + "/synchronized") else { return }
        throw CommandFailure("the clock of this device was not set since it started; try again when it is")
    }

    // MARK: Going back

    /// Lets what ran before run again; what ran is not taken again.
    ///
    /// - Returns: a sentence about it.
    static func goBack(_ place: RolloutPlan.Place, _ directories: BrimDirectories) throws -> String {
        let directory = InstalledUpdates.directory(directories)
        let lock = try DirectoryLock(making: directory)
        defer { withExtendedLifetime(lock) {} }
        let pair = SlotPair(place, in: InstalledUpdates.slots(directories))
        guard let current = pair.current else {
            throw CommandFailure("nothing of an update runs as \(place.words); brim update shows what does")
        }
        var record = UpdateRecord.read(in: directory)
        // Before the swap: a cut between the two must not let the next update take it again.
        record.add(UpdateRecord.Failure(current, reason: "somebody went back from it"))
        let previous = pair.previous
        record.lastResult = sentence(previous, instead: current.number, of: place)
        try record.write(in: directory)
        return sentence(try pair.goBack(), instead: current.number, of: place) + "."
    }

    private static func sentence(_ now: InstalledRelease?, instead number: Int64, of place: RolloutPlan.Place) -> String
    {
        let what = now.map { "\($0.number)" } ?? "what ships with Brim"
        return "went back: \(place.words) \(what) runs in place of \(number)"
    }
}

extension RolloutPlan.Place {
    /// For a sentence.
    var words: String { "\(kind.rawValue) \(name)" }
}
