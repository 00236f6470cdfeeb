import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

extension Timestamp {
    /// A fixed moment, and so many seconds after it.
    static func at(_ seconds: Int64) -> Timestamp {
        Timestamp(millisecondsSince1970: 1_790_000_000_000 + seconds * 1_000)
    }
}

extension DatabaseStore {
    static func open(_ directory: TemporaryDirectory, cacheLimits: CacheLimits = CacheLimits()) throws -> DatabaseStore
    {
        try DatabaseStore(directory: directory.path, cacheLimits: cacheLimits, at: .at(0))
    }
}

extension TemporaryDirectory {
    /// The database under the store's feet, without the store's settings.
    func sqlite<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: file("brim.sqlite"), configuration: configuration)
        return try queue.writeWithoutTransaction(body)
    }

    /// What the database is made of now, its log included.
    func bytesOnDisk() throws -> Data {
        try names.filter { $0.hasPrefix("brim.sqlite") }.reduce(into: Data()) { bytes, name in
            bytes.append(try Data(contentsOf: URL(fileURLWithPath: file(name))))
        }
    }
}

extension CacheableQuestion {
    static func test(
        _ prompt: String, systemPrompt: String = "Be brief.", context: [Message] = [], fingerprint: String = "f",
        sampling: Sampling = Sampling()
    ) -> CacheableQuestion {
        CacheableQuestion(
            prompt: prompt, systemPrompt: systemPrompt, context: context,
            model: ModelIdentity(name: "m", quantisation: "Q4_1", contextLength: 2_048, fingerprint: fingerprint),
            sampling: sampling)
    }
}

extension CacheableAnswer {
    static func test(_ text: String) -> CacheableAnswer {
        CacheableAnswer(
            text: text, origin: .local, model: "m", figures: AnswerFigures(generatedTokens: 3, confidence: 0.9))
    }
}

/// The error that `body` throws, which must be a ``StoreError``.
func storeError(_ body: () async throws -> Void) async throws -> StoreError {
    do {
        try await body()
    } catch let error as StoreError {
        return error
    }
    throw StoreError(.invalidArgument, "nothing was thrown")
}
