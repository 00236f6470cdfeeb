import Foundation
import Testing

@testable import LocalInference

/// The default model in other types, on a real disk.
@Suite("Models in other types")
struct ModelConversionTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "conversion-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func conversion(_ name: String, type: String = "Q8_0", replaces: Bool = false) throws -> ModelConversion {
        ModelConversion(
            source: try DefaultModel.path(), destination: folder + "/" + name, type: type, replaces: replaces,
            threads: 2)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    }

    @Test("the new file appears whole, loads, and predicts a text nearly as well")
    func wholeFile() async throws {
        let report = try await conversion("q8.gguf").run()
        #expect(try names == ["q8.gguf"])
        #expect(report.tensors == ["Q8_0": 211, "F32": 61] && report.requantised == ["Q4_1"])
        #expect(report.fallbacks.isEmpty)
        #expect(
            try FileManager.default.attributesOfItem(atPath: folder + "/q8.gguf")[.size] as? Int == report.writtenBytes)
        let text = "We hold these truths to be self-evident, that all men are created equal."
        var means: [Double] = []
        for path in [try DefaultModel.path(), folder + "/q8.gguf"] {
            let engine = try await LocalEngine(LocalModel.load(path: path, options: .init(threads: 2)))
            let tokens = engine.tokenize(Array(text.utf8))
            means.append(try await engine.perplexity(of: tokens).meanNegativeLogLikelihood)
        }
        #expect(abs(means[0] - means[1]) < 0.03, "\(means)")
    }

    @Test("what is there stays unless it shall be replaced, and stays whole when something goes wrong")
    func replacing() async throws {
        try "mine".write(toFile: folder + "/model.gguf", atomically: true, encoding: .utf8)
        let kept = await #expect(throws: LocalInferenceError.self) { try await conversion("model.gguf").run() }
        #expect(kept?.code == .fileSystem && kept?.description.contains("--force") == true)
        let damaged = ModelConversion(
            source: folder + "/model.gguf", destination: folder + "/model.gguf", type: "Q8_0", replaces: true,
            threads: 1)
        let error = await #expect(throws: LocalInferenceError.self) { try await damaged.run() }
        #expect(error?.code == .unusableModel)
        #expect(try String(contentsOfFile: folder + "/model.gguf", encoding: .utf8) == "mine")
        _ = try await conversion("model.gguf", replaces: true).run()
        #expect(try names == ["model.gguf"])
        #expect(
            try FileManager.default.attributesOfItem(atPath: folder + "/model.gguf")[.size] as? Int ?? 0 > 1_000_000)
    }

    @Test("who stops it finds nothing left behind")
    func cancelled() async throws {
        let conversion = try conversion("stopped.gguf")
        let task = Task { try await conversion.run() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try names.isEmpty)
    }

    @Test("an unknown type and a folder that is not there are told, with the next step")
    func wrongRequests() async throws {
        let type = await #expect(throws: LocalInferenceError.self) { try await conversion("a", type: "Q9_Z").run() }
        #expect(type?.code == .invalidRequest && type?.description.contains("Q4_1") == true)
        let place = await #expect(throws: LocalInferenceError.self) { try await conversion("no/such/a").run() }
        #expect(place?.code == .fileSystem && place?.description.contains("make the folder") == true)
        #expect(try names.isEmpty)
    }
}

@Suite("Inspecting a model")
struct ModelInspectionTests {
    @Test("says what the default model holds, and that it runs here")
    func sound() throws {
        let inspection = try ModelInspection(
            path: DefaultModel.path(), contextLength: 512, threads: 2, availableMemoryBytes: 1 << 30,
            measuresBandwidth: true)
        let shape = try #require(inspection.shape)
        #expect(shape.layers == 30 && shape.vocabulary == 49_152 && shape.context == 512)
        #expect(inspection.obstacles.isEmpty && inspection.hasChatTemplate)
        #expect(inspection.types.map(\.type) == ["Q4_1", "Q8_0", "F32"])
        // All weights but norms are read for a token; the packed model says the same of itself.
        #expect((96_000_000...98_000_000).contains(shape.bytesPerToken))
        // 2 · 30 layers · 3 heads · 64 · 2 bytes for each position.
        #expect(shape.cacheBytes == 512 * 23_040)
        let limit = try #require(inspection.speedLimit)
        #expect(limit > 1 && limit > inspection.fullContextSpeedLimit ?? .infinity)
        #expect(inspection.metadata.contains { $0.key == "llama.block_count" && $0.value == "30" })
    }

    @Test("says why a model cannot run: too little memory, too long a context")
    func obstacles() throws {
        let inspection = try ModelInspection(
            path: DefaultModel.path(), contextLength: 100_000, threads: 1, availableMemoryBytes: 50_000_000,
            measuresBandwidth: false)
        #expect(inspection.obstacles.count == 2)
        #expect(inspection.obstacles.contains { $0.contains("8192 tokens") })
        #expect(inspection.obstacles.contains { $0.contains("50 MB are free") })
        #expect(inspection.speedLimit == nil)
    }

    @Test("a file that is no model is an error")
    func foreign() {
        let error = #expect(throws: LocalInferenceError.self) {
            try ModelInspection(
                path: "/etc/passwd", contextLength: nil, threads: 1, availableMemoryBytes: nil,
                measuresBandwidth: false)
        }
        #expect(error?.code == .unusableModel)
    }
}
