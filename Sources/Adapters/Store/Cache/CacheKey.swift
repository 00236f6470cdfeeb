internal import AssistantCore
internal import Foundation

/// Names a question, and all that its answer depends on, by a SHA-256.
///
/// The hashed fields, in the encoding of ``CanonicalBytes``, domain `brim.answer.3`: the prompt; the system
/// prompt; the model's name, quantisation, context length and fingerprint; temperature, top-k, top-p, min-p, repetition
/// penalty and seed (absent where drawn); the number of context messages, then each one's role and text.
///
/// Everything is taken to the byte, as the model is: an indentation, a tab or the composition of an accent is what a
/// question may be about. A question that differs in nothing else is asked once more, which costs less than the answer to
/// another one. (Earlier domains folded white space; what was kept under them is found no more, and expires.)
struct CacheKey: Hashable, Sendable {
    let digest: Data

    init(_ question: CacheableQuestion) {
        var bytes = CanonicalBytes(domain: "brim.answer.3")
        bytes.append(question.prompt)
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
        bytes.append(Int64(sampling.repetitionWindow))
        bytes.append(sampling.dryMultiplier)
        bytes.append(sampling.dryBase)
        bytes.append(Int64(sampling.dryAllowedLength))
        bytes.append(sampling.seed.map { Int64(bitPattern: $0) })
        bytes.append(Int64(question.context.count))
        for message in question.context {
            bytes.append(message.role.rawValue)
            bytes.append(message.text)
        }
        digest = bytes.sha256
    }
}
