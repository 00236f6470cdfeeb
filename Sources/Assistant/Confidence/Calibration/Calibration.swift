package import AssistantCore
internal import Foundation

/// What turns an answer's signals into a probability that the finished answer will be right: a small model for each
/// checkpoint, for one language model in one frame of prompts.
package struct Calibration: Sendable, Hashable {
    /// What it holds for. A confidence for anything else would be made up.
    package struct Binding: Sendable, Hashable, Codable {
        /// ``ModelIdentity/fingerprint``
        package var model: String
        package var quantisation: String
        /// ``ModelProfile/fingerprint``
        package var prompts: String

        package init(model: String, quantisation: String, prompts: String) {
            self.model = model
            self.quantisation = quantisation
            self.prompts = prompts
        }

        package init(_ identity: ModelIdentity, _ profile: ModelProfile) {
            self.init(
                model: identity.fingerprint, quantisation: identity.quantisation, prompts: profile.fingerprint)
        }
    }

    /// Under which confidence an answer is handed over; `nil` where that would give up too many good ones.
    package struct Floors: Sendable, Hashable, Codable {
        /// For questions of a form that is known.
        package var known: Double?
        package var new: Double?

        init(known: Double? = nil, new: Double? = nil) {
            self.known = known
            self.new = new
        }
    }

    /// The model that holds from so many content tokens on: what repeats the question says nothing of the answer.
    struct Checkpoint: Sendable, Hashable, Codable {
        /// `nil` for the finished answer.
        var contentTokens: Int?
        var model: LogisticModel
        /// Made on held-out answers: what the model's log-odds, and those of the question's form, are worth.
        var corrections: Corrections
        /// Of the early hand-over at this point.
        var floors: Floors

        func confidence(_ signals: AnswerSignals, _ form: QuestionForms.Evidence) -> Double {
            corrections.confidence(model.logit(FeatureVector(signals).values), form)
        }
    }

    /// How it did on kinds of questions that its fit had not seen.
    package struct Figures: Sendable, Hashable, Codable {
        package var questions: Int
        package var accuracy: Double
        package var auroc: Double
        package var aurocLow: Double
        package var aurocHigh: Double
        package var calibrationError: Double
        package var keptShare: Double
        package var keptAccuracy: Double?
        /// On new questions of known kinds; `nil` where there are no kinds.
        package var aurocOnKnownKinds: Double?

        /// - Parameters:
        ///   - metrics: of answers that were judged by fits which had not seen them.
        ///   - threshold: from which confidence on an answer is kept.
        ///   - bins: of the calibration error.
        init(
            _ metrics: ConfidenceMetrics, threshold: Double, seed: UInt64, bins: Int = 15,
            aurocOnKnownKinds: Double? = nil
        ) {
            let kept = metrics.kept(from: threshold)
            let area = metrics.auroc ?? 0.5
            let interval = metrics.aurocInterval(seed: seed) ?? area...area
            questions = metrics.count
            accuracy = metrics.accuracy ?? 0
            auroc = area
            aurocLow = interval.lowerBound
            aurocHigh = interval.upperBound
            calibrationError = metrics.calibrationError(bins: bins)
            keptShare = kept.share
            keptAccuracy = kept.accuracy
            self.aurocOnKnownKinds = aurocOnKnownKinds
        }
    }

    /// After how many content tokens the confidence is made anew, before the end. At 0 only the question's form speaks.
    package static let checkpointTokens = [0, 1, 2, 4, 8, 16, 32]

    package let binding: Binding
    package let figures: Figures
    /// For which threshold the early hand-over was chosen.
    package let threshold: Double
    /// In ascending order of tokens, the finished answer's last.
    let checkpoints: [Checkpoint]
    let forms: QuestionForms
    /// Of answers to open requests that demand a form; `nil` where none were judged.
    package var requirements: RequirementRates?
    /// Of programs; `nil` where none were judged, or nothing tells right ones from wrong ones.
    package var code: CodeCalibration?

    init(
        binding: Binding, figures: Figures, threshold: Double, checkpoints: [Checkpoint], forms: QuestionForms,
        requirements: RequirementRates? = nil, code: CodeCalibration? = nil
    ) {
        self.binding = binding
        self.figures = figures
        self.threshold = threshold
        self.checkpoints = checkpoints
        self.forms = forms
        self.requirements = requirements
        self.code = code
    }
}

/// Why a calibration cannot be used.
package struct CalibrationError: CodedError {
    package enum Code: Sendable, Hashable {
        /// The file is no calibration, or a damaged one.
        case damaged
        /// It was made for another model, quantisation or set of prompts.
        case foreign
        /// The questions cannot be learnt from.
        case unsuitable
    }

    package let code: Code
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }
}

extension Calibration {
    private struct File: Codable {
        var format: Int
        var features: [String]
        var binding: Binding
        var figures: Figures
        var threshold: Double
        var checkpoints: [Checkpoint]
        var forms: QuestionForms
        var requirements: RequirementRates?
        var code: CodeCalibration?
    }

    private static let format = 2
    /// A calibration has a few thousand numbers.
    package static let largestFile = 1 << 20

    /// The file's content: JSON, the same for the same calibration.
    package func encoded() throws(CalibrationError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let file = File(
            format: Self.format, features: FeatureVector.names, binding: binding, figures: figures,
            threshold: threshold,
            checkpoints: checkpoints, forms: forms, requirements: requirements, code: code)
        do {
            return Array(try encoder.encode(file)) + [UInt8(ascii: "\n")]
        } catch {
            throw CalibrationError(.damaged, "The calibration holds numbers that cannot be written; fit it anew.")
        }
    }

    /// Reads a file's content, trusting nothing in it.
    package init(decoding bytes: [UInt8]) throws(CalibrationError) {
        guard bytes.count <= Self.largestFile else {
            throw CalibrationError(.damaged, "The calibration is larger than 1 MiB; make it anew with brim calibrate.")
        }
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(bytes))
        } catch {
            throw CalibrationError(.damaged, "The calibration is damaged; make it anew with brim calibrate.")
        }
        guard file.format == Self.format, file.features == FeatureVector.names else {
            throw CalibrationError(
                .foreign, "The calibration was made by another version of Brim; make it anew with brim calibrate.")
        }
        guard file.checkpoints.map(\.contentTokens) == Self.checkpointTokens.map(Optional.some) + [nil],
            file.checkpoints.allSatisfy(\.isSound), file.forms.isSound, file.requirements?.isSound != false,
            file.code?.isSound != false,
            (0...1).contains(file.threshold)
        else {
            throw CalibrationError(
                .damaged, "The calibration holds impossible numbers; make it anew with brim calibrate.")
        }
        self.init(
            binding: file.binding, figures: file.figures, threshold: file.threshold, checkpoints: file.checkpoints,
            forms: file.forms, requirements: file.requirements, code: file.code)
    }

    /// - Throws: ``CalibrationError/Code/foreign`` where it was made for something else.
    package func check(against actual: Binding) throws(CalibrationError) {
        let difference: String
        if binding.model != actual.model {
            difference = "another model"
        } else if binding.quantisation != actual.quantisation {
            difference = "another quantisation (\(binding.quantisation))"
        } else if binding.prompts != actual.prompts {
            difference = "other prompts"
        } else {
            return
        }
        throw CalibrationError(
            .foreign, "The calibration was made for \(difference); make one for this with brim calibrate.")
    }
}

extension Calibration.Checkpoint {
    fileprivate var isSound: Bool {
        let width = FeatureVector.names.count
        let arrays = [model.mean, model.scale, model.weights]
        let both = [corrections.known, corrections.new]
        let corrected = both.flatMap { [$0.slope, $0.form, $0.shift] }
        let floors = [floors.known ?? 0, floors.new ?? 0]
        let numbers = arrays.flatMap(\.self) + corrected + floors + [model.bias]
        return arrays.allSatisfy { $0.count == width } && numbers.allSatisfy { $0.isFinite && abs($0) < 1e6 }
            && model.scale.allSatisfy { $0 > 1e-9 } && both.allSatisfy { $0.slope >= 0 && $0.form >= 0 }
            && floors.allSatisfy { (0...1).contains($0) }
    }
}
