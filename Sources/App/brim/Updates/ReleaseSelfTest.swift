import Confidence
import Foundation
import LocalInference
import Updates

/// What a release has to show before it runs: that it is what it says, and that it says what its publisher measured.
struct ReleaseSelfTest {
    let options: GlobalOptions

    /// Tries the file of a release; returns a sentence where it fails.
    func failure(of release: Release, file: String) async -> String? {
        do {
            switch release.kind {
            case .model: return try await failure(ofModel: file, release.references)
            case .calibration: _ = try Calibration(decoding: try bytes(file, Calibration.largestFile))
            case .profile: _ = try ModelProfile(decoding: try bytes(file, ModelProfile.largestFile))
            case .collection, .voice, .configuration: return "it is of a kind that this version does not take"
            }
            return nil
        } catch {
            // Where the file lies tells nobody anything: it is about to be deleted.
            return "\(error)".replacing(file + ": ", with: "").replacing(file, with: "the file")
        }
    }

    private func bytes(_ file: String, _ limit: Int) throws -> [UInt8] {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        return Array(try handle.read(upToCount: limit + 1) ?? Data())
    }

    private func failure(ofModel file: String, _ references: [Release.Reference]) async throws -> String? {
        let engine = try await LocalEngine(load(file))
        for (index, reference) in references.enumerated() {
            let measured = try await Self.milliLogProbability(of: reference.output, after: reference.prompt, engine)
            guard abs(measured - reference.milliLogProbability) <= reference.tolerance else {
                return "reference \(index + 1) has the log-probability \(Self.shown(measured)) here, and its publisher "
                    + "measured \(Self.shown(reference.milliLogProbability))"
            }
        }
        return nil
    }

    private func load(_ file: String) async throws -> LocalModel {
        try await LocalModel.load(path: file, options: LocalModel.Options(threads: options.threads))
    }

    private static func shown(_ milli: Int64) -> String { String(format: "%.3f", Double(milli) / 1000) }

    /// How probable a text is behind another, in thousandths of its natural logarithm.
    static func milliLogProbability(of output: String, after prompt: String, _ engine: LocalEngine) async throws
        -> Int64
    {
        let scores = try await engine.logProbabilities(
            prompt: engine.tokenize(Array(prompt.utf8), parseSpecial: true), output: engine.tokenize(Array(output.utf8))
        )
        let sum = scores.logProbabilities.reduce(0, +)
        guard sum.isFinite, sum > -1e6 else { return -1_000_000_000 }
        return Int64((sum * 1000).rounded())
    }
}
