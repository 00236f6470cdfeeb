internal import CFlite
internal import Dispatch
package import SpeechText
internal import Synchronization

/// The voice of flite: plain, of American English alone, and always there, since it is part of the program.
///
/// May be used from any task. flite keeps what it knows in globals, so one sentence of a process is made at a time, on a queue
/// that is no thread of the cooperative pool.
package struct FliteVoice: SpeechVoice {
    package let sampleRateHz = 16_000
    package let language = "en-us"
    /// What it is called among flite's voices.
    package let name = "cmu_us_slt"

    private static let queue = DispatchQueue(label: "flite")

    package init() {}

    package func say(
        _ clauses: [SpokenClause], take: @escaping @Sendable ([Float]) -> Bool
    ) async throws -> Bool {
        let texts = FliteText.utterances(of: clauses)
        let isWanted = Mutex(true)
        return try await withTaskCancellationHandler {
            for text in texts {
                let isWhole = try await utter(text) { isWanted.withLock { $0 } && take($0) }
                guard isWhole else { return false }
            }
            return true
        } onCancel: {
            isWanted.withLock { $0 = false }
        }
    }

    private func utter(_ text: String, _ take: @escaping @Sendable ([Float]) -> Bool) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result { try FliteSynthesiser.shared.utter(text, take) }) }
        }
    }
}

/// Why flite says nothing: one sentence.
package struct FliteError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    static let failed = FliteError(
        description: "flite, the plain voice, could not say this; there may be no memory left.")
}
