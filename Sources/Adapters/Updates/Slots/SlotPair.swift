internal import Foundation

/// Two slots for what takes one place: one runs, the other is filled or kept to go back to. Which one runs is a link, and
/// changes by one rename.
///
/// At every moment the link leads to a slot whose file was whole and right when the link was made; a cut leaves it as it was.
package struct SlotPair: Sendable {
    private let path: String

    /// - Parameter directory: of all slots.
    package init(_ place: RolloutPlan.Place, in directory: String) {
        path = "\(directory)/\(place.kind.rawValue)/\(place.name)"
    }

    /// Every place below a directory that has a slot that runs.
    package static func installed(in directory: String) -> [RolloutPlan.Place: InstalledRelease] {
        var found: [RolloutPlan.Place: InstalledRelease] = [:]
        for kind in Release.Kind.allCases {
            // Where there is no directory, nothing of the kind was installed.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/" + kind.rawValue)) ?? []
            for name in names {
                let place = RolloutPlan.Place(kind: kind, name: name)
                found[place] = SlotPair(place, in: directory).current
            }
        }
        return found
    }

    private var link: String { path + "/current" }
    private func record(_ slot: String) -> String { "\(path)/\(slot)/release.json" }

    /// The slot that runs, `a` or `b`; `nil` where none does.
    private var running: String? {
        guard let slot = try? FileManager.default.destinationOfSymbolicLink(atPath: link), ["a", "b"].contains(slot)
        else { return nil }
        return slot
    }

    private var other: String { running == "a" ? "b" : "a" }

    /// What runs; `nil` for what ships with Brim.
    package var current: InstalledRelease? { running.flatMap(release) }

    /// The file that runs.
    package var currentFile: String? { running.flatMap { slot in release(slot).map { "\(path)/\(slot)/\($0.file)" } } }

    /// What can be gone back to.
    package var previous: InstalledRelease? { running == nil ? nil : release(other) }

    private func release(_ slot: String) -> InstalledRelease? {
        guard let bytes = try? FileAccess.read(record(slot), limit: 65_536),
            let release = try? JSONDecoder().decode(InstalledRelease.self, from: Data(bytes)),
            !release.file.contains("/"), release.file.first != ".",
            let file = try? FilePieces("\(path)/\(slot)/\(release.file)"), (try? file.length) == release.bytes
        else { return nil }
        return release
    }

    /// Where the file of a release is to grow: the slot that does not run, emptied of any other.
    package func prepare(_ release: Release) throws(UpdateError) -> TargetDirectory {
        let slot = "\(path)/\(other)"
        try FileAccess.makeDirectory(slot)
        // From here on the slot is nothing to go back to.
        try FileAccess.remove(record(other), in: slot)
        // A model is known by the name of its file.
        let target = TargetDirectory(slot, keepsPaths: false)
        let kept = (target.file(of: release.target) as NSString).lastPathComponent
        for name in (try? FileManager.default.contentsOfDirectory(atPath: slot)) ?? [] where name != kept {
            unsafe unlink(slot + "/" + name)
        }
        return target
    }

    /// Lets the other slot run, which holds the file of the release.
    package func activate(_ release: Release, file: String) throws(UpdateError) {
        let installed = InstalledRelease(
            kind: release.kind.rawValue, name: release.name, number: release.number, digest: release.digest,
            bytes: release.target.file.length ?? 0, file: (file as NSString).lastPathComponent)
        let slot = other
        guard let bytes = try? JSONEncoder().encode(installed) else { return }
        try FileAccess.write(Array(bytes), to: record(slot), in: "\(path)/\(slot)")
        try point(to: slot)
    }

    /// Lets the other slot run again, or what ships with Brim where there is none. What ran is no longer anything to go back
    /// to.
    ///
    /// - Returns: what runs now.
    package func goBack() throws(UpdateError) -> InstalledRelease? {
        guard let slot = running else { return nil }
        let back = other
        guard let release = release(back), isWhole(release, in: back) else {
            try FileAccess.remove(link, in: path)
            try FileAccess.remove(record(slot), in: "\(path)/\(slot)")
            return nil
        }
        try point(to: back)
        try FileAccess.remove(record(slot), in: "\(path)/\(slot)")
        return release
    }

    /// Whether a slot's file still is what it was.
    private func isWhole(_ release: InstalledRelease, in slot: String) -> Bool {
        guard let file = try? FilePieces("\(path)/\(slot)/\(release.file)") else { return false }
        var digest = RunningDigest()
        do {
            while let piece = try file.next() { digest.update(piece) }
        } catch {
            return false
        }
        return digest.sha256 == release.digest
    }

    private func point(to slot: String) throws(UpdateError) {
        let new = path + "/current.new"
        unsafe unlink(new)
        guard unsafe symlink(slot, new) == 0, unsafe rename(new, link) == 0 else {
            throw FileAccess.failure("\(link) cannot be changed")
        }
        try FileAccess.synchronise(path)
    }
}
