import Confidence
import Foundation
import LocalInference
import Store
import Synchronization
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
            case .collection: return try await failure(ofCollection: file)
            case .voice: return try await failure(ofVoice: file)
            case .configuration: return failure(ofConfiguration: file).map { Self.without($0, file) }
            }
            return nil
        } catch {
            // Where the file lies tells nobody anything: it is about to be deleted.
            return Self.without("\(error)", file)
        }
    }

    private static func without(_ sentence: String, _ file: String) -> String {
        sentence.replacing(file + ": ", with: "").replacing(file + ":", with: "line ").replacing(file, with: "the file")
    }

    // MARK: Collections, voices, configurations

    private func failure(ofCollection file: String) async throws -> String? {
        let index = try KnowledgeIndex.inMemory()
        let collection = FleetCollections.collection("trial", file: file)
        try await index.add(collection)
        _ = try await CollectionUpdate(index: index, collection: collection).run()
        if let unreadable = try await index.unreadable().first { return unreadable.problem }
        return try await index.collections().first?.passages ?? 0 > 0 ? nil : "no text was found in it"
    }

    /// Says two syllables: no text is turned into phonemes, so that espeak-ng is not needed.
    private func failure(ofVoice file: String) async throws -> String? {
        let voice = try await LocalVoice.load(path: file, threads: options.threadCount)
        let heard = Mutex((samples: 0, squares: 0.0))
        try await voice.speak("halo.") { samples in
            heard.withLock { heard in
                heard.samples += samples.count
                heard.squares += samples.reduce(0) { $0 + Double($1) * Double($1) }
            }
            return true
        }
        let (samples, squares) = heard.withLock { $0 }
        let seconds = Double(samples) / Double(voice.sampleRateHz)
        guard (0.05...10).contains(seconds) else {
            return String(format: "it says two syllables in %.2f s", seconds)
        }
        let level = (squares / Double(samples)).squareRoot()
        return level.isFinite && level > 1e-4 ? nil : "what it says is not to be heard"
    }

    private func failure(ofConfiguration file: String) -> String? {
        guard let layer = SettingLayer(file: file, isSystem: false) else { return "there is no file" }
        return SettingLayer.obstacle(toFleet: layer)
    }

    // MARK: Calibrations, profiles, models

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
