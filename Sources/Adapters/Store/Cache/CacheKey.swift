internal import AssistantCore
internal import Foundation

/// Names a question, and all that its answer depends on, by a SHA-256.
///
/// The hashed fields, in the encoding of ``CanonicalBytes``, domain `brim.answer.1`: the normalised prompt; the system
/// prompt; the model's name, quantisation, context length and fingerprint; temperature, top-k, top-p, min-p, repetition
/// penalty and seed (absent where drawn); the number of context messages, then each one's role and text.
///
/// The prompt alone is normalised: Unicode NFC; each run of white space (the property White_Space) becomes one U+0020,
/// none at the ends. Case is kept. Everything else is taken to the byte.
struct CacheKey: Hashable, Sendable {
    let digest: Data

    init(_ question: CacheableQuestion) {
        var bytes = CanonicalBytes(domain: "brim.answer.1")
        bytes.append(Self.normalised(question.prompt))
        bytes.append(question.systemPrompt)
        let model = question.model
        bytes.append(model.name)
        bytes.append(model.quantisation)
        bytes.append(Int64(model.contextLength))
        bytes.append(model.fingerprint)
        let sampling = question.sampling
        bytes.append(sampling.temperature)
        bytes.append(Int64(sampling.topK))
        bytes.append(sampling.topP)
        bytes.append(sampling.minP)
        bytes.append(sampling.repetitionPenalty)
        bytes.append(sampling.seed.map { Int64(bitPattern: $0) })
        bytes.append(Int64(question.context.count))
        for message in question.context {
            bytes.append(message.role.rawValue)
            bytes.append(message.text)
        }
        digest = bytes.sha256
    }

    static func normalised(_ prompt: String) -> String {
        prompt.precomposedStringWithCanonicalMapping.unicodeScalars
            .split { $0.properties.isWhitespace }
            .map { String($0) }
            .joined(separator: " ")
    }
}
