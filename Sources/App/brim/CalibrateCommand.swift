import ArgumentParser
import Confidence
import Foundation
import LocalInference

/// `brim calibrate`: fits the confidence to questions with known answers.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit the confidence to questions with known answers.",
        discussion: """
            Each line of the file is {"id", "category", "prompt", "answers": [...], "rivals": [...]}. The model answers every \
            question; --records keeps its answers, so that an interrupted run goes on where it stopped, and a new fit asks \
            the model nothing. The figures shown are those of kinds of questions that the fit had not seen: each category is \
            left out once.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "Questions, JSON Lines.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("Where the calibration goes; by default where brim looks for it.", valueName: "file"))
    var out: String?
    @Option(help: ArgumentHelp("Keeps the model's answers; a run goes on where they end.", valueName: "file"))
    var records: String?
    @Option(help: "Keep a local answer from this confidence on; the early hand-over is chosen for it.") var threshold =
        0.8
    @Option(help: "The same seed gives the same intervals.") var seed: UInt64 = 0
    @Option(help: "Answer with at most this many tokens.") var maxTokens = 64

    func validate() throws {
        guard (0...1).contains(threshold) else { throw ValidationError("--threshold takes 0 to 1") }
        guard (1...8_192).contains(maxTokens) else { throw ValidationError("--max-tokens takes 1 to 8192") }
    }

    func run() async throws {
        let questions = try QuestionFile.read(file)
        let model = try await LocalLanguageModel(options.loadModel())
        let answers = try await collect(questions, model)
        let (threshold, seed) = (threshold, seed)
        let fit = try await Interruption.cancelling {
            try CalibrationFit(
                answers, binding: Calibration.Binding(model.identity), threshold: threshold, seed: seed
            ) { done, all in Terminal.progress("fitted \(done) of \(all) checkpoints") }
        }
        Terminal.endProgress()
        let path = out ?? ConfidenceDesk.personalFile(for: model.identity, options.places)
        try write(try fit.calibration.encoded(), to: path)
        try show(fit, path)
    }

    /// The answers of all questions, those of earlier runs among them, in the order of the questions.
    private func collect(_ questions: [JudgedQuestion], _ model: LocalLanguageModel) async throws -> [AnswerRecord] {
        let done = try records.map { try QuestionFile.finished(in: $0, as: AnswerRecord.self) } ?? []
        let answered = Set(done.map(\.id))
        let left = questions.filter { !answered.contains($0.id) }
        let log = try records.map { try LineLog(appendingTo: $0) }
        let runner = QuestionRunner(model: model, maxTokens: maxTokens)
        let all = questions.count
        let fresh = try await Interruption.cancelling {
            var fresh: [AnswerRecord] = []
            for question in left {
                Terminal.progress("answered \(done.count + fresh.count) of \(all)")
                let record = AnswerRecord(question, try await runner.answer(question.prompt))
                try log?.write(record)
                fresh.append(record)
            }
            return fresh
        }
        Terminal.endProgress()
        try log?.close()
        let byID = Dictionary((done + fresh).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return questions.compactMap { byID[$0.id] }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent.isEmpty
                    ? "." : (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    private func show(_ fit: CalibrationFit, _ path: String) throws {
        let figures = fit.calibration.figures
        try Terminal.writeLine("On kinds of questions that the fit had not seen (each category left out once):")
        try Terminal.writeLine(
            "  \(figures.questions) answers, \(Optional(figures.accuracy).shown) right · AUROC \(Optional(figures.auroc).shown)"
                + " (95 %: \(Optional(figures.aurocLow).shown) to \(Optional(figures.aurocHigh).shown))"
                + " · ECE \(Optional(figures.calibrationError).shown)")
        try Terminal.writeLine(
            "  kept at \(Optional(threshold).shown): \(Optional(figures.keptShare).shown), of which right \(figures.keptAccuracy.shown)"
        )
        try Terminal.writeLine("  on new questions of known kinds: AUROC \(Optional(figures.aurocOnKnownKinds).shown)")
        for checkpoint in fit.heldOut {
            guard let tokens = checkpoint.contentTokens else { continue }
            try Terminal.writeLine(
                "  at content token \(tokens): AUROC \(ConfidenceMetrics(checkpoint.newKinds).auroc.shown)"
                    + ", \(ConfidenceMetrics(checkpoint.knownKinds).auroc.shown) on known kinds,"
                    + " handed over below \(checkpoint.handOverBelow.shown)")
        }
        try Terminal.writeLine("Written to \(path)")
    }
}
