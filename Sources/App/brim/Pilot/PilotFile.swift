import ArgumentParser
import AssistantCore
import Foundation
import Pilots

/// Where pilots are kept: a small file each, in the folder of the device's own record.
struct PilotFile {
    let folder: String

    init(_ directories: BrimDirectories) { folder = directories.data + "/pilots" }

    private static let largest = 1 << 20

    private func path(_ name: String) -> String { "\(folder)/\(name).json" }

    /// What was kept of questions and answers, where the person asked for it.
    func textPath(_ name: String) -> String { "\(folder)/\(name).texts.jsonl" }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func write(_ plan: PilotPlan) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try OutputFile.write(encoder.encode(plan), to: path(plan.name))
    }

    /// The pilot of that name; without one, the pilot that was started last.
    func read(_ name: String?) throws -> PilotPlan {
        if let name {
            guard exists(name) else {
                let known = names.isEmpty ? "there is none" : "there are: " + names.joined(separator: ", ")
                throw CommandFailure("there is no pilot \(name); \(known)")
            }
            return try plan(name)
        }
        guard let latest = try names.map(plan).max(by: { $0.startedAt < $1.startedAt }) else {
            throw CommandFailure("there is no pilot yet; start one with brim pilot start")
        }
        return latest
    }

    var names: [String] {
        // A folder that is not there holds none.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(".json".count)) }
            .filter(PilotPlan.isName).sorted()
    }

    private func plan(_ name: String) throws -> PilotPlan {
        do {
            return try JSONDecoder().decode(PilotPlan.self, from: InputFile.bytes(path(name), upTo: Self.largest))
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(
                "\(path(name)) is not what brim pilot start writes; delete it, and start the pilot anew")
        }
    }

    /// What was kept of questions and answers; nothing where nobody asked for it.
    func texts(_ name: String) throws -> [PilotReport.Text] {
        let path = textPath(name)
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure("pilot \(name) keeps no questions; start one with --keep-text for that")
        }
        return try JSONLines.lines(of: InputFile.bytes(path)).map {
            try JSONLines.decode(PilotReport.Text.self, $0, of: path, what: "what brim pilot writes")
        }
    }
}

/// Names one start of the system, and how long ago that was; `nil` where it does not tell.
enum SystemStart {
    static var boot: String? {
        // What cannot be read is unknown.
        (try? InputFile.bytes("/proc/sys/kernel/random/boot_id", upTo: 256))
            .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}

/// Which pilot is meant.
struct PilotNameOptions: ParsableArguments {
    @Argument(help: "The pilot's name; by default the one that was started last.") var name: String?

    func validate() throws {
        if let name, !PilotPlan.isName(name) {
            throw ValidationError("a pilot's name is made of letters, digits, - and _, at most 40")
        }
    }
}
