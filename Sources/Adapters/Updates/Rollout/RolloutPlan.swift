/// What this device is to do about the releases of a repository, and why not more. A pure function of them and of what is
/// here.
package struct RolloutPlan: Sendable {
    /// What a release takes the place of.
    package struct Place: Sendable, Hashable, Comparable {
        package let kind: Release.Kind
        package let name: String

        package init(kind: Release.Kind, name: String) {
            self.kind = kind
            self.name = name
        }

        package static func < (one: Place, other: Place) -> Bool {
            (one.kind.rawValue, one.name) < (other.kind.rawValue, other.name)
        }
    }

    package enum Step: Sendable, Hashable {
        case install(Release)
        /// What runs here is a release whose roll-out was stopped.
        case goBack(number: Int64)
    }

    /// One place, and what is to be done there.
    package struct Entry: Sendable, Hashable {
        package let place: Place
        /// The number of what runs; `nil` for what ships with Brim.
        package let installed: Int64?
        /// The newest release, whether this device takes it or not.
        package let newest: Release?
        /// Why it does not; `nil` where it does, or has it.
        package let obstacle: String?
        package let step: Step?
    }

    package let entries: [Entry]
    /// Releases that are not understood, a sentence each.
    package let warnings: [String]

    /// - Parameters:
    ///   - installed: what runs, by place.
    ///   - trials: of what runs.
    ///   - warnings: of what could not be read at all.
    package init(
        _ targets: [TargetDescription], installed: [Place: InstalledRelease], device: FleetDevice,
        quarantine: Set<String>, trials: [ReleaseTrial] = [], warnings: [String] = []
    ) {
        var releases: [Place: [Release]] = [:]
        var warnings = warnings
        for target in targets.sorted(by: { $0.path < $1.path }) {
            do throws(UpdateError) {
                guard let release = try Release(target) else { continue }
                releases[Place(kind: release.kind, name: release.name), default: []].append(release)
            } catch {
                warnings.append(error.description)
            }
        }
        let places = Set(releases.keys).union(installed.keys).sorted()
        entries = places.map { place in
            Self.entry(
                place, (releases[place] ?? []).sorted { $0.number > $1.number }, installed[place], device, quarantine,
                trials.first { $0.place == place && $0.digest == installed[place]?.digest && $0.state != .success })
        }
        self.warnings = warnings
    }

    private static func entry(
        _ place: Place, _ releases: [Release], _ installed: InstalledRelease?, _ device: FleetDevice,
        _ quarantine: Set<String>, _ trial: ReleaseTrial?
    ) -> Entry {
        let newest = releases.first
        let current = installed.flatMap { installed in releases.first { $0.digest == installed.digest } }
        let wanted = releases.first { $0.obstacle(for: device, quarantine: quarantine) == nil }
        var step: Step?
        let isStopped = current?.status == .stopped || installed.map { quarantine.contains($0.digest) } ?? false
        if let wanted, wanted.digest != installed?.digest, isStopped || wanted.number > installed?.number ?? 0 {
            step = .install(wanted)
        } else if isStopped, let installed {
            step = .goBack(number: installed.number)
        }
        var waiting: String?
        if let trial, !isStopped {
            // The other slot holds what is proven: it is not given up for something newer before this one is proven too.
            if step != nil {
                waiting =
                    trial.state == .pause
                    ? "\(trial.number) is paused: \(trial.reason ?? "it met an error condition")" : trial.progress
            }
            step = nil
        }
        let hasNewest = newest != nil && newest?.digest == installed?.digest
        return Entry(
            place: place, installed: installed?.number, newest: newest,
            obstacle: hasNewest ? nil : waiting ?? newest?.obstacle(for: device, quarantine: quarantine), step: step)
    }
}

/// A release that is in a slot of this device.
package struct InstalledRelease: Sendable, Hashable, Codable {
    package var kind: String
    package var name: String
    package var number: Int64
    /// What ``Release/digest`` is of it.
    package var digest: String
    package var bytes: Int64
    /// Name of the file in the slot.
    package var file: String
    /// The SHA-256 of the file, where that is not the digest.
    package var content: String?
    /// What lies beside the file.
    package var companions: [Companion]?
    /// Of a collection: whether nothing of it may ever be sent.
    package var staysHome: Bool?
    /// Of a collection: whom to thank.
    package var attribution: String?

    /// A file that belongs to the release.
    package struct Companion: Sendable, Hashable, Codable {
        package var file: String
        package var sha256: String
    }
}
