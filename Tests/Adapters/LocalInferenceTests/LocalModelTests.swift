import AssistantCore
import Foundation
import Testing

@testable import LocalInference

@Suite("Local model")
struct LocalModelTests {
    @Test("a model says what it is")
    func identity() async throws {
        let model = try await DefaultModel.load()
        #expect(model.identity.name == "smollm2-135m-instruct-q4_1")
        #expect(model.identity.quantisation == "Q4_1")
        #expect(model.identity.contextLength == LocalModel.defaultContextLength)
        #expect(model.identity.fingerprint.count == 16)
        #expect(model.threads == 1 && model.loadDuration > .zero)
        #expect((90_000_000...100_000_000).contains(model.bytesPerToken))
        #expect(["scalar", "avx2", "avx512vnni", "neon"].contains(LocalModel.kernels))
    }

    @Test("loading tells how far it is, up to the whole")
    func progress() async throws {
        let shares = Shares()
        _ = try await LocalModel.load(path: DefaultModel.path(), options: .init(threads: 1)) { shares.append($0) }
        #expect(shares.values.first == 0 && shares.values.last == 1 && shares.values == shares.values.sorted())
    }

    @Test("a cancelled task stops loading")
    func cancel() async throws {
        let path = try DefaultModel.path()
        let loading = Task { try await LocalModel.load(path: path) }
        loading.cancel()
        await #expect(throws: CancellationError.self) { try await loading.value }
    }

    @Test("a context longer than the model's own, or none, is an error", arguments: [0, -1, 8193, .max])
    func context(_ length: Int) async throws {
        await #expect {
            _ = try await LocalModel.load(path: DefaultModel.path(), options: .init(contextLength: length))
        } throws: {
            ($0 as? LocalInferenceError)?.code == .invalidRequest && "\($0)".contains("8192")
        }
    }

    @Test("a file that is missing, empty or something else is an error that names it")
    func unusable() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: directory) } }
        try Data().write(to: directory.appending(path: "empty.gguf"))
        try Data("<html>not found</html>".utf8).write(to: directory.appending(path: "page.gguf"))
        let header = try FileHandle(forReadingFrom: URL(filePath: DefaultModel.path())).read(upToCount: 3_000_000)
        try #require(header).write(to: directory.appending(path: "cut.gguf"))
        for name in ["missing.gguf", "empty.gguf", "page.gguf", "cut.gguf"] {
            await #expect {
                _ = try await LocalModel.load(path: directory.appending(path: name).path)
            } throws: {
                ($0 as? LocalInferenceError)?.code == .unusableModel && "\($0)".contains(name)
            }
        }
    }

    // SAFETY: the array is touched under the lock alone.
    private final class Shares: @unchecked Sendable {
        private let lock = NSLock()
        private var stored: [Double] = []

        var values: [Double] { lock.withLock { stored } }

        func append(_ share: Double) {
            lock.withLock { stored.append(share) }
        }
    }
}
