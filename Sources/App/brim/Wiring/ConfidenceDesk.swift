import AssistantCore
import Confidence
import ExactTools
import Foundation
import Routing
import Turns

/// What stands behind the meter: the calibration of this model, if there is one, and the tools that need none.
struct ConfidenceDesk: Sendable {
    /// `nil` where there is none that fits; `problem` says why where there should be one.
    let calibration: Calibration?
    let problem: String?

    /// Looks for the person's own calibration first, then for the one that ships with the program.
    ///
    /// - Parameter named: a file that the command line names; it has to be there.
    static func load(for identity: ModelIdentity, places: Places, named: String? = nil) -> ConfidenceDesk {
        let candidates =
            named.map { [$0] } ?? [personalFile(for: identity, places), shippedFile(for: identity)].compactMap(\.self)
        guard let path = candidates.first(where: { named != nil || FileManager.default.fileExists(atPath: $0) }) else {
            return ConfidenceDesk(calibration: nil, problem: nil)
        }
        do {
            let calibration = try read(path)
            try calibration.check(against: Calibration.Binding(identity))
            return ConfidenceDesk(calibration: calibration, problem: nil)
        } catch {
            return ConfidenceDesk(calibration: nil, problem: "\(path): \(error)")
        }
    }

    private static func read(_ path: String) throws -> Calibration {
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure("the calibration cannot be read: \(error.localizedDescription)")
        }
        // One byte more than is allowed tells a file that is too large, whatever its size.
        let bytes = try handle.read(upToCount: Calibration.largestFile + 1) ?? Data()
        return try Calibration(decoding: Array(bytes))
    }

    static func personalFile(for identity: ModelIdentity, _ places: Places) -> String {
        places.data + "/calibration/\(identity.name).json"
    }

    private static func shippedFile(for identity: ModelIdentity) -> String? {
        Places.shipped.map { $0 + "/assets/calibration/\(identity.name).json" }
    }

    /// The calibrated estimator where the calibration holds for the request, else the plain one.
    func estimator(for request: TurnRequest) -> any ConfidenceEstimator {
        guard let calibration, request.isInShippedFrame else { return GeometricMeanConfidence() }
        return CalibratedConfidence(calibration, prompt: request.prompt)
    }

    /// What the exact tools make of a question.
    static func compute(_ prompt: String) -> ComputedAnswer? {
        let tools = ExactTools(
            now: .now, utcOffset: .seconds(TimeZone.current.secondsFromGMT()), device: DeviceProbe.state())
        return tools.answer(prompt).map { ComputedAnswer($0.text, by: "exact \($0.tool.rawValue)") }
    }
}

extension TurnRequest {
    /// The same question with the worked examples that its kind of task ships with; as it is where the person has a system
    /// prompt of their own, feeds the model raw text, or wants an answer of a form that the examples do not have.
    func inShippedFrame() -> TurnRequest {
        guard systemPrompt.isEmpty, !isRaw, constraint == nil else { return self }
        let frame = PromptFrame.shipped(for: TaskClass(of: prompt))
        var framed = self
        framed.systemPrompt = frame.systemPrompt
        framed.examples = frame.examples
        return framed
    }

    /// Whether the examples are those of the question's kind, so that a calibration holds for it. Open tasks have none: of
    /// a story nobody can say that it is right.
    var isInShippedFrame: Bool {
        let task = TaskClass(of: prompt)
        return !isRaw && constraint == nil && task != .open && examples == PromptFrame.shipped(for: task).examples
            && sampling.temperature == 0
    }
}
