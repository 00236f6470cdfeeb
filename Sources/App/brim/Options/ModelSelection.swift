import DeviceSensors
import ExactTools
import Foundation
import LocalInference
import ModelCatalogue

/// Which model answers where nobody names one.
enum ModelSelection {
    /// The model that every Brim has: what is meant where no other is here.
    static let small = "smollm2-135m"

    /// The best of the models that are on this device; the small one where there is none.
    static func auto(_ options: GlobalOptions) throws -> String {
        let library = try options.library()
        let unmeasured = try capacity(options, library, measures: false)
        let present = library.recommendation(on: unmeasured, onlyPresent: true)
        guard present.forecasts.filter({ $0.fits && $0.entry.accuracy != nil }).count > 1 else {
            return present.pick?.entry.name ?? small
        }
        let device = try capacity(options, library, measures: true)
        return library.recommendation(on: device, onlyPresent: true).pick?.entry.name ?? small
    }

    /// The model that guesses ahead for another: the one that the catalogue names, where it is here, was measured to make the
    /// other faster, and memory holds both.
    static func draft(for model: String, _ options: GlobalOptions) throws -> String? {
        guard !model.contains("/") else { return nil }
        let library = try options.library()
        guard let entry = library.entries.first(where: { $0.name == model }), let name = entry.draft,
            let draft = library.entries.first(where: { $0.name == name }), case .present = library.state(of: draft),
            DraftMeasurements(options.directories).hasPaid(name, for: model)
        else { return nil }
        let device = try capacity(options, library, measures: false)
        let needed = [entry, draft].reduce(0) { $0 + ModelForecast($1, isPresent: true, on: device).memoryBytes }
        return device.availableMemoryBytes.map { $0 > needed } ?? true ? name : nil
    }

    // MARK: - What was chosen

    private static func file(_ directories: BrimDirectories) -> String { directories.data + "/model" }

    /// What `brim models use` chose; `nil` where it chose nothing.
    static func chosen(_ directories: BrimDirectories) -> String? {
        guard let bytes = FileManager.default.contents(atPath: file(directories)), bytes.count < 4_096 else {
            return nil
        }
        let name = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return name.isEmpty ? nil : name
    }

    /// Keeps the choice; `nil` takes it back.
    static func choose(_ name: String?, _ directories: BrimDirectories) throws {
        do {
            guard let name else {
                guard FileManager.default.fileExists(atPath: file(directories)) else { return }
                return try FileManager.default.removeItem(atPath: file(directories))
            }
            try FileManager.default.createDirectory(atPath: directories.data, withIntermediateDirectories: true)
            try Data((name + "\n").utf8).write(to: URL(fileURLWithPath: file(directories)), options: .atomic)
        } catch {
            throw CommandFailure(
                "\(file(directories)) cannot be written (\(error.localizedDescription)); choose another --data-dir")
        }
    }

    // MARK: - This device

    /// What this device has for a model.
    ///
    /// - Parameter measures: whether the speed of memory is wanted, too. It is measured once and kept.
    static func capacity(
        _ options: GlobalOptions, _ library: ModelLibrary, measures: Bool
    ) throws -> DeviceCapacity {
        DeviceCapacity(
            availableMemoryBytes: LinuxSensors().memory?.bytes("MemAvailable").map(Int64.init),
            freeDiskBytes: library.freeDiskBytes,
            readBytesPerSecond: measures ? try bandwidth(options) : nil)
    }

    private struct Kept: Codable {
        var threads: Int
        var processors: Int
        var readBytesPerSecond: Double
    }

    private static func bandwidth(_ options: GlobalOptions) throws -> Double {
        let file = options.directories.data + "/memory-bandwidth.json"
        let processors = ProcessInfo.processInfo.processorCount
        if let bytes = FileManager.default.contents(atPath: file),
            let kept = try? JSONDecoder().decode(Kept.self, from: bytes), kept.threads == options.threadCount,
            kept.processors == processors, (1e8...1e13).contains(kept.readBytesPerSecond)
        {
            return kept.readBytesPerSecond
        }
        let measured = try MemoryBandwidth.measured(threads: options.threadCount)
        let kept = Kept(threads: options.threadCount, processors: processors, readBytesPerSecond: measured)
        // What cannot be kept is measured again the next time.
        try? JSONEncoder().encode(kept).write(to: URL(fileURLWithPath: file), options: .atomic)
        return measured
    }
}
