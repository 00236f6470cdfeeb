import AssistantCore
import Backends
import Foundation

/// What backends were measured to be, kept for each pair of models: measuring takes some seconds.
struct BackendMeasurements {
    private let file: String

    init(file: String) { self.file = file }

    private struct Pair: Codable {
        /// What would make the numbers those of something else.
        var key: String
        var cpu: BackendMeasurement
        var hat: BackendMeasurement
    }

    /// The better one, by what was measured before, or is now.
    func verdict(
        goal: BackendGoal, cpu: any LanguageModel, hat: any LanguageModel,
        watts: @escaping @Sendable () async -> Double?
    ) async throws -> BackendChoice {
        let key = "\(cpu.identity.fingerprint) \(hat.identity.fingerprint)"
        let kept = read()
        if let pair = kept.first(where: { $0.key == key }) {
            return BackendChoice(goal: goal, cpu: pair.cpu, hat: pair.hat)
        }
        let pair = Pair(
            key: key, cpu: try await BackendMeter.measure(cpu, watts: watts),
            hat: try await BackendMeter.measure(hat, watts: watts))
        write(kept.suffix(Self.mostPairs - 1) + [pair])
        return BackendChoice(goal: goal, cpu: pair.cpu, hat: pair.hat)
    }

    private static let mostPairs = 16

    /// What cannot be read is measured again.
    private func read() -> [Pair] {
        guard let bytes = FileManager.default.contents(atPath: file) else { return [] }
        return (try? JSONDecoder().decode([Pair].self, from: bytes)) ?? []
    }

    /// What cannot be kept is measured again the next time.
    private func write(_ pairs: [Pair]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try? encoder.encode(pairs).write(to: URL(fileURLWithPath: file), options: .atomic)
    }
}
