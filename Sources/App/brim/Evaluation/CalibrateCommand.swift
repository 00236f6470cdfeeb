import ArgumentParser
import AssistantCore
import Confidence
import Foundation
import LocalInference
import Turns

/// `brim calibrate`: fits the confidence to questions with known answers.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit the confidence to questions with known answers.",
        discussion: """
              brim calibrate --model other.gguf                 by the questions that ship with Brim
              brim calibrate mine.jsonl --records mine.records  by your own, kept so that it can go on
              brim calibrate --judged answers.jsonl             by answers to requests for a form, or for code

            Each line of the file is {"id", "category", "prompt", "answers": [...], "rivals": [...]}. The model answers every \
            question; --records keeps its answers, so that an interrupted run goes on where it stopped, and a new fit asks \
            the model nothing. --labels adds the answers that you judged with Alt-Y and Alt-N on the screen. The figures \
            shown are those of kinds of questions that the fit had not seen: each category is left out once.

            With --judged the model answers nothing. Each line of the file is {"prompt", "text", "right"}: what brim ask --batch \
            wrote for a request that demands a form ("in three sentences", "without commas"), and whether it is as asked; or \
            for a program, and whether that passed its tests: those the model reads, to tell how probable it finds them. From \
            then on such answers have a confidence too. The rest of the model's calibration stays as it is.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "Questions, JSON Lines; by default those that ship with Brim.", completion: .file())
    var file: String?
    @Option(help: ArgumentHelp("Where the calibration goes; by default where brim looks for it.", valueName: "file"))
    var out: String?
    @Option(help: ArgumentHelp("Keeps the model's answers; a run goes on where they end.", valueName: "file"))
    var records: String?
    @Flag(help: "Learn also from the answers that you judged.") var labels = false
    @Option(help: "Keep a local answer from this confidence on; the early hand-over is chosen for it.") var threshold =
        0.8
    @Option(help: "The same seed gives the same intervals.") var seed: UInt64 = 0
    @Option(help: "Answer with at most this many tokens.") var maxTokens = 64
    @Flag(help: "Do nothing where the model has a calibration: for a timer, such as brim-calibrate.timer.")
    var ifMissing = false
    @Option(help: ArgumentHelp("Answers to requests that demand a form, judged.", valueName: "file")) var judged:
        String?
    @OptionGroup var parallel: ParallelOptions

    func validate() throws {
        guard judged == nil || file == nil && !labels && records == nil else {
            throw ValidationError("--judged stands alone: the model answers nothing")
        }
        guard !ifMissing || judged == nil else { throw ValidationError("--if-missing and --judged exclude each other") }
        guard (0...1).contains(threshold) else { throw ValidationError("--threshold takes 0 to 1") }
        guard (1...8_192).contains(maxTokens) else { throw ValidationError("--max-tokens takes 1 to 8192") }
    }

    func run() async throws {
        if let judged { return try await learn(fromJudged: judged) }
        if ifMissing, let name = try await calibratedModel() {
            return try Terminal.writeLine("\(name) has a calibration; nothing is to be done")
        }
        let questions = try Self.judgeable(QuestionFile.read(file ?? Self.shippedFile()))
        let model = try await LocalLanguageModel(options.loadModel(), concurrentRequests: parallel.count)
        let profile = ModelProfile.load(for: model.identity, directories: options.directories).profile
        let answers = try await collect(questions, model, profile) + labelled(model, profile)
        let (threshold, seed) = (threshold, seed)
        let fit = try await Interruption.cancelling {
            try CalibrationFit(
                answers, binding: Calibration.Binding(model.identity, profile), threshold: threshold, seed: seed
            ) { done, all in Terminal.progress("fitted \(done) of \(all) checkpoints") }
        }
        Terminal.endProgress()
        // What was judged of the form of answers, and of programs, is no part of this fit, and stays.
        var calibration = fit.calibration
        let before = ModelConfidence.load(for: model.identity, directories: options.directories).calibration
        (calibration.requirements, calibration.code) = (before?.requirements, before?.code)
        let path = out ?? ModelConfidence.personalFile(for: model.identity, options.directories)
        try OutputFile.write(Data(calibration.encoded()), to: path)
        try show(fit, path)
    }

    /// The model's name where a calibration of it is there and holds.
    private func calibratedModel() async throws -> String? {
        let identity = try await options.loadModel().identity
        let confidence = ModelConfidence.load(for: identity, directories: options.directories)
        return confidence.calibration == nil ? nil : identity.name
    }

    private struct JudgedLine: Decodable {
        var prompt: String
        var text: String
        var right: Bool
    }

    /// Adds what judged answers tell to the model's calibration: how often those with and without the form that was asked
    /// for were right, and how far the model's probabilities tell right programs from wrong ones.
    private func learn(fromJudged file: String) async throws {
        let lines: [JudgedLine] = try QuestionFile.lines(of: file, what: #"{"prompt", "text", "right"}"#)
        let byKind = Dictionary(grouping: lines) { TurnRequest(prompt: $0.prompt).isForCode }
        let (programs, others) = (byKind[true] ?? [], byKind[false] ?? [])
        let answers = others.map { RequirementRates.Judged(request: $0.prompt, answer: $0.text, isRight: $0.right) }
        let rates = RequirementRates(judging: answers)
        guard rates != nil || !programs.isEmpty else {
            throw CommandFailure(
                "\(file) has too few answers to requests that demand a form: at least 20 that have it and 20 that have not"
            )
        }
        let model = try await LocalLanguageModel(options.loadModel())
        let confidence = ModelConfidence.load(for: model.identity, directories: options.directories)
        guard var calibration = confidence.calibration else {
            throw CommandFailure("\(model.identity.name) has no calibration yet; make one first with brim calibrate")
        }
        if let rates {
            calibration.requirements = rates
            try Terminal.writeLine(
                "Of \(rates.answers) answers: right with the form that was asked for in at least \(rates.met.shown),"
                    + " without it in at most \(rates.unmet.shown)")
        }
        if !programs.isEmpty {
            let code = try await CodeCalibration(
                fitting: read(programs, model, confidence.profile), seed: seed)
            calibration.code = code
            try Terminal.writeLine("On programs, each judged by a fit that had not seen it:")
            try show(code.figures, of: "programs", keptAt: CodeCalibration.threshold)
        }
        let path = out ?? ModelConfidence.personalFile(for: model.identity, options.directories)
        try OutputFile.write(Data(calibration.encoded()), to: path)
        try Terminal.writeLine("Written to \(path)")
    }

    /// What the model finds of programs that it wrote before.
    private func read(
        _ programs: [JudgedLine], _ model: LocalLanguageModel, _ profile: ModelProfile
    ) async throws -> [CodeCalibration.Judged] {
        let judged = try await Interruption.cancelling {
            var judged: [CodeCalibration.Judged] = []
            for program in programs {
                Terminal.progress("read \(judged.count) of \(programs.count) programs")
                let request = TurnRequest(prompt: program.prompt).prepared(by: profile)
                let tokens = try await model.scores(
                    of: program.text, to: request.generationRequest.prompt, after: 0)
                judged.append(CodeCalibration.Judged(tokens: tokens, isRight: program.right))
            }
            return judged
        }
        Terminal.endProgress()
        return judged
    }

    private func show(_ figures: Calibration.Figures, of what: String, keptAt threshold: Double) throws {
        try Terminal.writeLine(
            "  \(figures.questions) \(what), \(figures.accuracy.shown) right · AUROC \(figures.auroc.shown)"
                + " (95 %: \(figures.aurocLow.shown) to \(figures.aurocHigh.shown))"
                + " · ECE \(figures.calibrationError.shown)")
        try Terminal.writeLine(
            "  kept at \(threshold.shown): \(figures.keptShare.shown), of which right \(figures.keptAccuracy.shown)")
    }

    /// Where the questions that ship with Brim are.
    private static func shippedFile() throws -> String {
        guard let file = BrimDirectories.shipped.map({ $0 + "/assets/calibration/questions.jsonl" }),
            FileManager.default.fileExists(atPath: file)
        else { throw CommandFailure("the questions that ship with Brim are not beside it; name a file of questions") }
        return file
    }

    /// Leaves open requests and those for code out: nothing here tells whether their answers are right.
    private static func judgeable(_ questions: [EvaluationQuestion]) throws -> [EvaluationQuestion] {
        let judgeable = questions.filter { !TurnRequest(prompt: $0.prompt).asksForText }
        let others = questions.count - judgeable.count
        guard !judgeable.isEmpty else {
            throw CommandFailure("all questions of the file are open requests, which --judged takes")
        }
        if others > 0 {
            Terminal.writeError(
                "\(others) of the questions are open requests, which --judged takes, and are left out.")
        }
        return judgeable
    }

    /// The answers of all questions, those of earlier runs among them, in the order of the questions.
    private func collect(
        _ questions: [EvaluationQuestion], _ model: LocalLanguageModel, _ profile: ModelProfile
    ) async throws -> [AnswerRecord] {
        let lines = try await QuestionRun.lines(for: questions, keptIn: records, parallel: parallel.count) {
            { [maxTokens] in
                AnswerRecord($0, try await QuestionRun.answer($0.prompt, model, profile, maxTokens: maxTokens))
            }
        }
        let byID = Dictionary(lines.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return questions.compactMap { byID[$0.id] }
    }

    /// What the person judged, where that is asked for.
    private func labelled(_ model: LocalLanguageModel, _ profile: ModelProfile) async throws -> [AnswerRecord] {
        guard labels else { return [] }
        let records = try await options.withStore {
            try await LabelledAnswerRecords(store: $0, model: model, profile: profile).records()
        }
        if records.isEmpty {
            Terminal.writeError(
                "No answer of this model was judged yet: Alt-Y and Alt-N on the screen judge the last one.")
        } else {
            let count = records.count == 1 ? "1 answer" : "\(records.count) answers"
            Terminal.writeError("Learning also from \(count) that you judged.")
        }
        return records
    }

    private func show(_ fit: CalibrationFit, _ path: String) throws {
        let figures = fit.calibration.figures
        try Terminal.writeLine("On kinds of questions that the fit had not seen (each category left out once):")
        try show(figures, of: "answers", keptAt: threshold)
        try Terminal.writeLine("  on new questions of known kinds: AUROC \(figures.aurocOnKnownKinds.shown)")
        for checkpoint in fit.heldOut {
            guard let tokens = checkpoint.contentTokens else { continue }
            try Terminal.writeLine(
                "  at content token \(tokens): AUROC \(ConfidenceMetrics(checkpoint.newKinds).auroc.shown)"
                    + ", \(ConfidenceMetrics(checkpoint.knownKinds).auroc.shown) on known kinds,"
                    + " handed over below \(checkpoint.floors.new.shown), \(checkpoint.floors.known.shown) on known kinds"
            )
        }
        let trial = fit.handoverTrial
        func words(_ token: Int?, _ lost: Double) -> String {
            "at token \(token.map(String.init) ?? "n/a") (of those stopped \(lost.shown) would have been kept)"
        }
        try Terminal.writeLine(
            "  handed over early, by floors that had not seen the answers, in the median\n    "
                + words(trial.medianTokenOfNewKinds, trial.lostOfNewKinds) + "; on known kinds "
                + words(trial.medianTokenOfKnownKinds, trial.lostOfKnownKinds))
        try Terminal.writeLine("Written to \(path)")
    }
}
