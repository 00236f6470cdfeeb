import AssistantCore
import Confidence
import DeviceSensors
import ExactTools
import Foundation
import Routing
import Turns
import Updates

/// What stands behind the meter: the calibration of this model, if there is one, and the tools that need none.
struct ModelConfidence: Sendable {
    /// How the model is asked: the calibration holds for that alone.
    let profile: ModelProfile
    /// `nil` where there is none that fits; `problem` says why where there should be one.
    let calibration: Calibration?
    let problem: String?
    /// Of the model.
    let name: String

    /// Looks for the person's own calibration first, then for one of the fleet, then for the one that ships with the program.
    ///
    /// - Parameter named: a file that the command line names; it has to be there.
    static func load(for identity: ModelIdentity, directories: BrimDirectories, named: String? = nil) -> ModelConfidence
    {
        let (profile, profileProblem) = ModelProfile.load(for: identity, directories: directories)
        let candidates =
            named.map { [$0] }
            ?? [
                personalFile(for: identity, directories),
                InstalledUpdates.file(.calibration, identity.name, directories), shippedFile(for: identity),
            ].compactMap(\.self)
        guard let path = candidates.first(where: { named != nil || FileManager.default.fileExists(atPath: $0) }) else {
            return ModelConfidence(
                profile: profile, calibration: nil, problem: profileProblem ?? missingFiles, name: identity.name)
        }
        do {
            let calibration = try read(path)
            try calibration.check(against: Calibration.Binding(identity, profile))
            return ModelConfidence(
                profile: profile, calibration: calibration, problem: profileProblem, name: identity.name)
        } catch {
            return ModelConfidence(
                profile: profile, calibration: nil, problem: "\(path): \(error)", name: identity.name)
        }
    }

    /// Says that the program was copied without what ships with it, where that is so: nobody would see it otherwise.
    private static var missingFiles: String? {
        BrimDirectories.shipped == nil
            ? "the files that ship with Brim, such as models/catalogue.json, are not beside the program;"
                + " profiles and calibrations are missing: install it with make install"
            : nil
    }

    private static func read(_ path: String) throws -> Calibration {
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure("the calibration cannot be read: \(SystemReason.words(of: error))")
        }
        // One byte more than is allowed tells a file that is too large, whatever its size.
        let bytes = try handle.read(upToCount: Calibration.largestFile + 1) ?? Data()
        return try Calibration(decoding: Array(bytes))
    }

    static func personalFile(for identity: ModelIdentity, _ directories: BrimDirectories) -> String {
        directories.data + "/calibration/\(identity.name).json"
    }

    private static func shippedFile(for identity: ModelIdentity) -> String? {
        BrimDirectories.shipped.map { $0 + "/assets/calibration/\(identity.name).json" }
    }

    /// The calibrated estimator where the calibration holds for the request, else the plain one; for an open request, and one
    /// for code that no calibration holds for, whether its answer has the form that is asked for, and nothing where no form
    /// is.
    func estimator(for request: TurnRequest) -> any ConfidenceEstimator {
        if request.isForCode, let code = calibration?.code, request.isAskedGreedily(as: profile) {
            return CodeConfidence(code, model: name)
        }
        guard !request.asksForText else {
            return RequirementConfidence(request: request.prompt, model: name, rates: calibration?.requirements)
        }
        guard let calibration, request.isAsked(as: profile) else { return GeometricMeanConfidence() }
        return CalibratedConfidence(calibration, model: name, prompt: request.localPrompt)
    }

    /// What the exact tools make of a question.
    static func compute(_ prompt: String) -> ComputedAnswer? {
        let tools = ExactTools(
            now: .now, utcOffset: LocalTime.offset(at: .now), device: DeviceState(LinuxSensors()))
        return tools.answer(prompt).map { ComputedAnswer($0.text, by: "exact \($0.tool.rawValue)") }
    }
}

extension TurnRequest {
    /// The same question with what the model's profile has for its kind of task: the system prompt and the worked examples,
    /// unless the person has a system prompt of their own, feeds the model raw text, or wants an answer of a form that the
    /// examples do not have; the sampling of open requests; and over it what the person chose.
    func prepared(by profile: ModelProfile, _ choice: SamplingChoice = SamplingChoice()) -> TurnRequest {
        var prepared = self
        if !isRaw { prepared.leaveOutEarlierAttempts() }
        let task = TaskClass(of: prompt)
        prepared.sampling = choice.over(isOpen ? profile.sampling : SamplingChoice()).applied(to: Sampling())
        prepared.stopTexts += profile.stopTexts
        guard systemPrompt.isEmpty, !isRaw, constraint == nil else { return prepared }
        let prompt = profile.prompt(for: task)
        prepared.systemPrompt = prompt.systemPrompt
        prepared.examples = prompt.examples
        return prepared
    }

    /// The same question, once passages stand before it: with what the profile has for a question about a text, where it
    /// had what the profile has for the question alone.
    func grounded(by profile: ModelProfile) -> TurnRequest {
        let alone = profile.prompt(for: TaskClass(of: prompt))
        guard !isRaw, constraint == nil, systemPrompt == alone.systemPrompt, examples == alone.examples else {
            return self
        }
        var grounded = self
        let prompt = profile.prompt(for: TaskClass(of: localPrompt))
        grounded.systemPrompt = prompt.systemPrompt
        grounded.examples = prompt.examples
        return grounded
    }

    /// Whether it asks for a text of no given form: one to write, to change or to talk about.
    ///
    /// Of such an answer only its form can be judged. On instructions that a program can check, how probable the words are does not tell
    /// those that are fulfilled from the others: the area under the ROC curve is 0.57 for SmolLM2 and 0.52 for Qwen 0.5B.
    var isOpen: Bool { TaskClass(of: localPrompt) == .open && !isRaw && constraint == nil }

    /// Whether it asks for a program. Such an answer is made greedily: sampled ones of the two Qwen models pass fewer tests.
    var isForCode: Bool { TaskClass(of: localPrompt) == .code && !isRaw && constraint == nil }

    /// Whether it asks for a text to write, prose or program, and not for an answer that is looked up.
    var asksForText: Bool { [.open, .code].contains(TaskClass(of: localPrompt)) && !isRaw && constraint == nil }

    /// Whether it is a question that is asked as the profile has it, so that a calibration holds for it.
    func isAsked(as profile: ModelProfile) -> Bool { !asksForText && isAskedGreedily(as: profile) }

    /// Whether it is asked as the profile has it, for the most probable token each time.
    func isAskedGreedily(as profile: ModelProfile) -> Bool {
        let prompt = profile.prompt(for: TaskClass(of: localPrompt))
        return !isRaw && constraint == nil && systemPrompt == prompt.systemPrompt && examples == prompt.examples
            && sampling.temperature == 0 && sampling.repetitionPenalty == 1 && sampling.dryMultiplier == 0
    }
}

extension DeviceState {
    fileprivate init(_ sensors: LinuxSensors) {
        let memory = sensors.memory
        self.init(
            celsius: sensors.celsius, uptime: sensors.uptime, availableMemoryBytes: memory?.bytes("MemAvailable"),
            totalMemoryBytes: memory?.bytes("MemTotal"))
    }
}
