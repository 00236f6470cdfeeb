package import AssistantCore
internal import Foundation

/// How one language model is asked: the system prompt, worked examples for each kind of task, the sampling of open requests,
/// and texts that end an answer.
///
/// What suits one model misleads another: a profile holds for the one file that it was measured on. All others get their own
/// chat template and nothing else: ``none``.
package struct ModelProfile: Sendable, Hashable {
    /// ``ModelIdentity/fingerprint`` and quantisation; `nil` for ``none``.
    let model: String?
    let quantisation: String?
    /// Empty where the chat template's own stands.
    package let systemPrompt: String
    /// How open requests are sampled; everything else is answered greedily.
    package let sampling: SamplingChoice
    /// Texts that end an answer and are not part of it.
    package let stopTexts: [String]
    private let prompts: [TaskClass: FewShotPrompt]

    /// No examples, no system prompt, the most probable token each time.
    package static let none = ModelProfile(
        model: nil, quantisation: nil, systemPrompt: "", sampling: SamplingChoice(), stopTexts: [], prompts: [:])

    private init(
        model: String?, quantisation: String?, systemPrompt: String, sampling: SamplingChoice, stopTexts: [String],
        prompts: [TaskClass: FewShotPrompt]
    ) {
        self.model = model
        self.quantisation = quantisation
        self.systemPrompt = systemPrompt
        self.sampling = sampling
        self.stopTexts = stopTexts
        self.prompts = prompts
    }

    /// What the model is shown before a task of this kind.
    package func prompt(for task: TaskClass) -> FewShotPrompt {
        prompts[task] ?? FewShotPrompt(name: task.rawValue, systemPrompt: systemPrompt, examples: [])
    }

    /// A digest of all that every task is shown: a calibration holds for one such digest only. Requests for code, which are
    /// younger than the calibrations, count where they are shown something.
    package var fingerprint: String {
        var hash = FNV64()
        for task in TaskClass.allCases where task != .code || prompts[task] != nil {
            let prompt = prompt(for: task)
            for text in [task.rawValue, prompt.name, prompt.systemPrompt] + prompt.examples.map(\.text) {
                hash.add(text)
            }
        }
        return hash.hex
    }

    /// Whether the profile was made for this file.
    package func holds(for identity: ModelIdentity) -> Bool {
        model == identity.fingerprint && quantisation == identity.quantisation
    }
}

/// What a model is shown before a question, so that it answers in kind: a system prompt and worked examples.
///
/// The examples are seen by the device's model alone and are never sent anywhere. They are read once and stay in the KV
/// cache.
package struct FewShotPrompt: Sendable, Hashable {
    /// Stands in calibration files.
    package let name: String
    package let systemPrompt: String
    /// Questions and answers in turn.
    package let examples: [Message]
}

// MARK: - Files

/// Why a profile cannot be used.
package struct ModelProfileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}

extension ModelProfile {
    /// A profile is a few kilobytes; more is none.
    package static let largestFile = 1 << 20

    fileprivate struct File: Decodable {
        struct Example: Decodable {
            var user: String
            var assistant: String
        }

        struct Sampling: Decodable {
            var temperature: Double?
            var top_k: Int?
            var top_p: Double?
            var min_p: Double?
            var repetition_penalty: Double?
            var repetition_window: Int?
            var dry_multiplier: Double?
            var dry_base: Double?
            var dry_allowed_length: Int?
        }

        var model: String
        var quantisation: String
        var system_prompt: String?
        var examples: [String: [Example]]?
        var sampling: Sampling?
        var stop: [String]?
    }

    /// Reads a profile's JSON.
    /// - Throws: ``ModelProfileError`` that says what is wrong with it.
    package init(decoding bytes: [UInt8]) throws {
        guard bytes.count <= Self.largestFile else {
            throw ModelProfileError(description: "it is too large for a profile")
        }
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(bytes))
        } catch {
            throw ModelProfileError(description: "it is no profile: \(error)")
        }
        var prompts: [TaskClass: FewShotPrompt] = [:]
        for (name, examples) in file.examples ?? [:] {
            guard let task = TaskClass(rawValue: name) else {
                throw ModelProfileError(description: "there is no kind of task called \"\(name)\"")
            }
            prompts[task] = FewShotPrompt(
                name: name, systemPrompt: file.system_prompt ?? "",
                examples: examples.flatMap { [Message(.user, $0.user), Message(.assistant, $0.assistant)] })
        }
        self.init(
            model: file.model, quantisation: file.quantisation, systemPrompt: file.system_prompt ?? "",
            sampling: file.sampling.map { SamplingChoice($0) } ?? SamplingChoice(),
            stopTexts: (file.stop ?? []).filter { !$0.isEmpty }, prompts: prompts)
    }
}

extension SamplingChoice {
    fileprivate init(_ file: ModelProfile.File.Sampling) {
        self.init()
        temperature = file.temperature
        topK = file.top_k
        topP = file.top_p
        minP = file.min_p
        repetitionPenalty = file.repetition_penalty
        repetitionWindow = file.repetition_window
        dryMultiplier = file.dry_multiplier
        dryBase = file.dry_base
        dryAllowedLength = file.dry_allowed_length
    }
}
