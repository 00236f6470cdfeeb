import Advice
import AssistantCore
import CostModel
import Foundation
import LocalInference

/// The figures of an advice, from the record of turns, the calibration and the model's file.
struct RecordedFigures {
    let turns: [TurnMetrics]
    let options: GlobalOptions
    let threshold: Double

    private static let remedy = "a conversation, or brim pilot start --questions FILE,"

    /// - Parameter kept: the share that the command line gives.
    func figures(_ comparison: CostComparison, kept: Double?) async -> DeviceFigures {
        let device = comparison.device
        var deviceUSD: Known<Double> = .missing(remedy: device.missing.joined(separator: " with "))
        if let month = device.monthlyUSD { deviceUSD = .given(month, by: "brim cost") }
        return DeviceFigures(
            firstTokenSeconds: median(turns) { $0.firstToken?.inSeconds },
            tokensPerSecond: median(turns.filter { $0.route == .local }) { $0.tokensPerSecond },
            answerSeconds: mean(turns.filter { $0.route == .local }) { $0.total?.inSeconds },
            cloudFirstTokenSeconds: median(turns) { $0.cloudFirstToken?.inSeconds },
            windowTokens: await window(), keptShare: kept.map { .given($0, by: "--kept") } ?? keptShare(),
            threshold: threshold, perInferenceUSD: comparison.cloud.perInferenceUSD, deviceUSD: deviceUSD)
    }

    /// Of the drafts whose confidence is known, those that are sure enough.
    private func keptShare() -> Known<Double> {
        let known = turns.compactMap(\.confidence)
        guard !known.isEmpty else { return .missing(remedy: "\(Self.remedy) or --kept") }
        return .measured(
            Double(known.count { $0 >= threshold }) / Double(known.count),
            how: "\(known.count) answers at \(threshold)")
    }

    /// The header of the model's file says it; nothing is loaded.
    private func window() async -> Known<Double> {
        do {
            let name = try await options.modelName()
            let inspection = try ModelInspection(
                path: try options.path(ofModel: name), contextLength: nil, threads: options.threadCount,
                availableMemoryBytes: nil, measuresBandwidth: false)
            guard let shape = inspection.shape else { return .missing(remedy: "a model that can run here") }
            return .measured(Double(shape.context), how: "the file of \(name)")
        } catch {
            return .missing(remedy: "brim models pull")
        }
    }

    private func median(_ turns: [TurnMetrics], _ value: (TurnMetrics) -> Double?) -> Known<Double> {
        let known = turns.compactMap(value).filter(\.isFinite).sorted()
        guard !known.isEmpty else { return .missing(remedy: Self.remedy) }
        return .measured(known[(known.count - 1) / 2], how: "median of \(known.count) turns")
    }

    private func mean(_ turns: [TurnMetrics], _ value: (TurnMetrics) -> Double?) -> Known<Double> {
        let known = turns.compactMap(value).filter(\.isFinite)
        guard !known.isEmpty else { return .missing(remedy: Self.remedy) }
        return .measured(known.reduce(0, +) / Double(known.count), how: "mean of \(known.count) turns")
    }
}
