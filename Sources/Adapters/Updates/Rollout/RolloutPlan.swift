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

    /// - Parameter installed: what runs, by place.
    package init(
        _ targets: [TargetDescription], installed: [Place: InstalledRelease], device: FleetDevice,
        quarantine: Set<String>
    ) {
        var releases: [Place: [Release]] = [:]
        var warnings: [String] = []
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
                place, (releases[place] ?? []).sorted { $0.number > $1.number }, installed[place], device, quarantine)
        }
        self.warnings = warnings
    }

    private static func entry(
        _ place: Place, _ releases: [Release], _ installed: InstalledRelease?, _ device: FleetDevice,
        _ quarantine: Set<String>
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
        let hasNewest = newest != nil && newest?.digest == installed?.digest
        return Entry(
            place: place, installed: installed?.number, newest: newest,
            obstacle: hasNewest ? nil : newest?.obstacle(for: device, quarantine: quarantine), step: step)
    }
}

/// A release that is in a slot of this device.
package struct InstalledRelease: Sendable, Hashable, Codable {
    package var kind: String
    package var name: String
    package var number: Int64
    /// The SHA-256 of the file.
    package var digest: String
    package var bytes: Int64
    /// Name of the file in the slot.
    package var file: String
}
