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
        Release.Kind.allCases.reduce(into: [:]) { found, kind in
            found.merge(installed(of: kind, in: directory)) { $1 }
        }
    }

    /// The same of one kind.
    package static func installed(of kind: Release.Kind, in directory: String) -> [RolloutPlan.Place: InstalledRelease]
    {
        // Where there is no directory, nothing of the kind was installed.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/" + kind.rawValue)) ?? []
        return names.reduce(into: [:]) { found, name in
            let place = RolloutPlan.Place(kind: kind, name: name)
            found[place] = SlotPair(place, in: directory).current
        }
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

    /// The file that runs and its SHA-256, of which another can be made.
    package var base: (file: String, sha256: String)? {
        guard let current, let currentFile else { return nil }
        return (currentFile, current.content ?? current.digest)
    }

    /// What can be gone back to.
    package var previous: InstalledRelease? { running == nil ? nil : release(other) }

    private func release(_ slot: String) -> InstalledRelease? {
        guard let bytes = try? FileAccess.read(record(slot), limit: 65_536),
            let release = try? JSONDecoder().decode(InstalledRelease.self, from: Data(bytes)),
            !release.file.contains("/"), release.file.first != ".",
            release.companions?.allSatisfy({
                !$0.file.contains("/") && FileManager.default.fileExists(atPath: "\(path)/\(slot)/\($0.file)")
            }) ?? true,
            (try? RandomAccessFile("\(path)/\(slot)/\(release.file)"))?.length == release.bytes
        else { return nil }
        return release
    }

    /// Where the file of a release is to grow: the slot that does not run, emptied of any other.
    ///
    /// What was downloaded of this release before, whole or in part, stays.
    package func prepare(_ release: Release) throws(UpdateError) -> TargetDirectory {
        let slot = "\(path)/\(other)"
        try FileAccess.makeDirectory(slot)
        // From here on the slot is nothing to go back to.
        try FileAccess.remove(record(other), in: slot)
        // A model is known by the name of its file.
        let target = TargetDirectory(slot, keepsPaths: false)
        let kept =
            [target.file(of: release.target), target.growingFile(of: release.target)].map {
                ($0 as NSString).lastPathComponent
            } + release.companions.map(\.file)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: slot)) ?? [] where !kept.contains(name) {
            unsafe unlink(slot + "/" + name)
        }
        return target
    }

    /// Makes the file of a release of the one that runs and a delta, in the slot that does not run.
    ///
    /// - Returns: the path of the file.
    package func apply(_ delta: String, for release: Release, into directory: TargetDirectory) throws -> String {
        guard let base else { throw UpdateError(.mismatched, "there is nothing that the delta could be of") }
        let (file, slot) = (directory.file(of: release.target), "\(path)/\(other)")
        let outcome = Result { try FileDelta.apply(delta, to: base.file, at: file, in: slot) }
        // Whatever it made, it makes no other: it is not to take the room of the whole file.
        try FileAccess.remove(delta, in: slot)
        try outcome.get()
        guard directory.has(release.target) else {
            try FileAccess.remove(file, in: slot)
            throw UpdateError(.mismatched, "what the delta makes is not the release's file")
        }
        return file
    }

    /// Lets the other slot run, which holds the file of the release.
    package func activate(_ release: Release, file: String) throws(UpdateError) {
        let installed = InstalledRelease(
            kind: release.kind.rawValue, name: release.name, number: release.number, digest: release.digest,
            bytes: release.target.file.length ?? 0, file: (file as NSString).lastPathComponent,
            content: release.companions.isEmpty ? nil : release.content,
            companions: release.companions.isEmpty
                ? nil : release.companions.map { InstalledRelease.Companion(file: $0.file, sha256: $0.sha256) },
            staysHome: release.kind == .collection ? release.staysHome : nil,
            attribution: release.attribution.isEmpty ? nil : release.attribution)
        let slot = other
        try FileAccess.write(json: installed, to: record(slot), in: "\(path)/\(slot)")
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
        isWhole(release.file, release.content ?? release.digest, in: slot)
            && release.companions?.allSatisfy { isWhole($0.file, $0.sha256, in: slot) } ?? true
    }

    private func isWhole(_ name: String, _ expected: String, in slot: String) -> Bool {
        (try? RandomAccessFile("\(path)/\(slot)/\(name)").sha256()) == expected
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
