import Foundation

/// How much faster drafts were measured to make models on this device: what `auto` goes by.
struct DraftMeasurements {
    private struct Measurement: Codable {
        var model: String
        var draft: String
        /// Times as fast as without.
        var ratio: Double
    }

    /// A draft that gains less is not worth its memory.
    private static let leastRatio = 1.05

    private let file: String
    private var all: [Measurement]

    /// What was measured so far; nothing where the file is missing or holds something else.
    init(_ directories: BrimDirectories) {
        file = directories.data + "/drafts.json"
        let bytes = FileManager.default.contents(atPath: file) ?? Data()
        all = (bytes.count < 1 << 20 ? try? JSONDecoder().decode([Measurement].self, from: bytes) : nil) ?? []
    }

    /// Whether `draft` made `model` faster when that was measured last.
    func hasPaid(_ draft: String, for model: String) -> Bool {
        all.contains { $0.model == model && $0.draft == draft && $0.ratio >= Self.leastRatio }
    }

    /// Keeps a measurement in place of an earlier one.
    mutating func keep(_ ratio: Double, of draft: String, for model: String) throws {
        all.removeAll { $0.model == model && $0.draft == draft }
        all.append(Measurement(model: model, draft: draft, ratio: ratio))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            let directory = URL(fileURLWithPath: file).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try encoder.encode(all).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw CommandFailure("\(file) cannot be written: \(error.localizedDescription)")
        }
    }
}
