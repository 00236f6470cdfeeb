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
    private var collections: FleetCollections { FleetCollections(directories) }

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
        // Also where the repository cannot be asked.
        let ended = try await Self.judgeTrials(directories)
        return try await connected { client, lock in
            defer { withExtendedLifetime(lock) {} }
            // A cut may have come between a swap and what follows from it.
            try await collections.reconcile()
            let trusted = try await client.refresh()
            var plan = try await plan(client, trusted)
            var record = try noted(plan)
            var failures = ended
            var leftOut: Set<RolloutPlan.Place> = []
            // What failed its self-test gives way to the next that has its turn; each failure leaves one less.
            while let entry = plan.entries.first(where: { $0.step != nil && !leftOut.contains($0.place) }),
                let step = entry.step
            {
                let pair = SlotPair(entry.place, in: slots)
                switch step {
                case .goBack(let number):
                    record.lastResult = Self.sentence(try pair.goBack(), instead: number, of: entry.place)
                    try await collections.reconcile()
                case .install(let release):
                    do {
                        try await install(release, pair, client, trusted)
                        try await collections.reconcile()
                        record = UpdateRecord.read(in: directory)
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
        if release.kind == .collection { try await collections.requireName(release.name) }
        let target = try pair.prepare(release)
        let file = try await Interruption.cancelling {
            if let file = try await patched(release, pair, target, client, trusted) { return file }
            return try await client.download(release.target, from: repository.targets, into: target, trusted) { done in
                Terminal.progress("downloading \(words): \(done * 100 / bytes) %")
            }
        }
        for companion in release.companions {
            let other = try await client.target(companion.path, trusted)
            guard other.file.hashes["sha256"] == companion.sha256, other.file.length ?? .max <= 16 << 20 else {
                throw UpdateError(
                    .mismatched, "what belongs to \(words) is not what its publisher says; ask who publishes it")
            }
            _ = try await client.download(other, from: repository.targets, into: target, trusted)
        }
        Terminal.progress("trying \(words)")
        let failure = await ReleaseSelfTest(options: options).failure(of: release, file: file)
        Terminal.endProgress()
        if let failure {
            // It is not to be taken for what can be gone back to; the slot is emptied by whatever comes next.
            try? FileManager.default.removeItem(atPath: file)
            throw SelfTestFailure(description: failure)
        }
        if let conditions = release.trial {
            // Before the swap: a cut between the two must not leave a release that nobody compares.
            var record = UpdateRecord.read(in: directory)
            let samples = try TurnSampleFile(in: directory).samples()
            record.begin(ReleaseTrial(release, conditions, after: samples, at: Timestamp.now.millisecondsSince1970))
            try record.write(in: directory)
        }
        try pair.activate(release, file: file)
    }

    /// The file of a release, made of the one that runs and a delta; `nil` where there is none for it, or it fails: then
    /// the whole file is fetched.
    private func patched(
        _ release: Release, _ pair: SlotPair, _ target: TargetDirectory, _ client: RepositoryClient,
        _ trusted: TrustedMetadata
    ) async throws -> String? {
        guard let base = pair.base, let delta = release.deltas.first(where: { $0.base == base.sha256 }),
            !target.has(release.target)
        else { return nil }
        let words = "\(release.kind.rawValue) \(release.name) \(release.number)"
        do {
            let description = try await client.target(delta.path, trusted)
            let bytes = max(1, description.file.length ?? 1)
            // More than the file itself is no delta, and may be somebody's way to fill the disk.
            guard bytes <= release.target.file.length ?? 0 else { return nil }
            let file = try await client.download(description, from: repository.targets, into: target, trusted) { done in
                Terminal.progress("downloading a delta of \(words): \(done * 100 / bytes) %")
            }
            Terminal.progress("putting \(words) together")
            return try pair.apply(file, for: release, into: target)
        } catch {
            try Task.checkCancellation()
            Terminal.endProgress()
            Terminal.writeError("The delta of \(words) cannot be used, and the whole file is fetched: \(error).")
            return nil
        }
    }

    // MARK: Trials

    /// Compares the turns with what runs on trial with those before it; what has become worse goes back.
    ///
    /// - Returns: a sentence for each that went back.
    private static func judgeTrials(_ directories: BrimDirectories) async throws -> [String] {
        let directory = InstalledUpdates.directory(directories)
        guard UpdateRecord.read(in: directory).trials?.contains(where: { $0.state == .running }) == true else {
            return []
        }
        let lock = try DirectoryLock(making: directory)
        defer { withExtendedLifetime(lock) {} }
        var record = UpdateRecord.read(in: directory)
        var failures: [String] = []
        let trials = record.trials ?? []
        record.trials = try judged(trials, directories)
        for trial in record.trials ?? [] where !trials.contains(trial) && trial.state != .running {
            guard let place = trial.place else { continue }
            let pair = SlotPair(place, in: InstalledUpdates.slots(directories))
            let words = "\(place.words) \(trial.number)"
            let reason = trial.reason ?? ""
            record.lastResult = "\(trial.state.rawValue): \(words): \(reason)"
            guard trial.state != .success else { continue }
            guard trial.state == .failure, let current = pair.current else {
                failures.append("\(words) is paused: \(reason)")
                continue
            }
            // Before the swap, as in going back by hand.
            record.add(UpdateRecord.Failure(current, reason: reason))
            let back = sentence(pair.previous, instead: trial.number, of: place)
            failures.append("\(back): \(reason)")
            record.lastResult = "failure: \(back): \(reason)"
            try record.write(in: directory)
            _ = try pair.goBack()
        }
        try record.write(in: directory)
        if !failures.isEmpty { try await FleetCollections(directories).reconcile() }
        return failures
    }

    /// The trials of what runs, with the turns until now.
    static func judged(_ trials: [ReleaseTrial], _ directories: BrimDirectories) throws -> [ReleaseTrial] {
        let samples = try TurnSampleFile(in: InstalledUpdates.directory(directories)).samples()
        return trials.compactMap { trial in
            guard let place = trial.place,
                SlotPair(place, in: InstalledUpdates.slots(directories)).current?.digest == trial.digest
            else { return nil }
            var trial = trial
            trial.judge(samples, at: Timestamp.now.millisecondsSince1970)
            return trial
        }
    }

    private func plan(_ client: RepositoryClient, _ trusted: TrustedMetadata) async throws -> RolloutPlan {
        let record = UpdateRecord.read(in: directory)
        let (targets, warnings) = try await client.targets(trusted)
        return RolloutPlan(
            targets, installed: SlotPair.installed(in: slots), device: device, quarantine: record.quarantined,
            trials: record.trials ?? [], warnings: warnings)
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
    static func goBack(_ place: RolloutPlan.Place, _ directories: BrimDirectories) async throws -> String {
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
        let now = try pair.goBack()
        try await FleetCollections(directories).reconcile()
        return sentence(now, instead: current.number, of: place) + "."
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
