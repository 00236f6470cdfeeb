import ArgumentParser
import AssistantCore
import Confidence
import Foundation
import Knowledge
import LocalInference
import Routing
import Turns

/// `brim eval`: puts questions with known answers to the device and writes what it answers and how sure it is.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Answer a file of questions, and say how sure the answers are. Nothing leaves the device.",
        discussion: """
            Each line of the file is {"id", "category", "prompt", "answers": [...], "rivals": [...]}; each line of --out is \
            {"id", "answer", "confidence", "tokens_at_decision", "route"}, where route is local, cloud (would be escalated), \
            tool or document (a sentence of a collection). A run that was interrupted goes on where it stopped. --report adds a reliability diagram and a \
            cost-quality curve, as a picture beside --out and on the terminal.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var precision: PrecisionOptions
    @Argument(help: "Questions, JSON Lines.", completion: .file()) var file: String
    @Option(help: ArgumentHelp("Where the answers go.", valueName: "file")) var out: String
    @Option(help: ArgumentHelp("A calibration to use in place of the model's own.", valueName: "file"))
    var calibration: String?
    @Option(help: "Keep a local answer from this confidence on, 0 to 1.") var threshold = 0.8
    @Option(help: "Answer with at most this many tokens.") var maxTokens = 64
    @Flag(inversion: .prefixedNo, help: "Let the exact tools answer what they can.") var tools = true
    @Flag(inversion: .prefixedNo, help: "Answer from the collections of brim know, where they can.") var know = true
    @Flag(help: "Write the diagrams.") var report = false
    @Flag(help: "The figures as a JSON object.") var json = false
    @OptionGroup var parallel: ParallelOptions

    func validate() throws {
        guard (0...1).contains(threshold) else { throw ValidationError("--threshold takes 0 to 1") }
        guard (1...8_192).contains(maxTokens) else { throw ValidationError("--max-tokens takes 1 to 8192") }
    }

    /// A line of `--out`.
    private struct AnswerLine: Codable, Identifiable, Sendable {
        var id: QuestionID
        var answer: String
        /// `nil` where nothing tells whether the answer is right, as for an open request.
        var confidence: Double?
        var calibrated: Bool
        /// What `confidence` rests on; absent where there is none.
        var source: ConfidenceSourceObject?
        /// At which token it was clear where the answer would come from.
        var tokens_at_decision: Int
        var tokens: Int
        var route: String
        /// Where the sentences stand that the answer rests on; empty where nothing supports it.
        var documents: [String]?
    }

    private static func line(_ id: QuestionID, _ answer: DocumentAnswer) -> AnswerLine {
        AnswerLine(
            id: id, answer: answer.text, confidence: answer.confidence,
            calibrated: answer.kind == .answeredQuestion,
            source: ConfidenceSourceObject(answer.kind == .answeredQuestion ? .answeredQuestion : .documentSentence),
            tokens_at_decision: 0, tokens: 0, route: "document",
            documents: [answer.citation.document])
    }

    func run() async throws {
        let questions = try QuestionFile.read(file)
        let answers = try await answer(questions)
        let byID = Dictionary(answers.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        let judged = questions.compactMap { question -> ConfidenceOutcome? in
            guard let answer = byID[question.id], let confidence = answer.confidence else { return nil }
            return ConfidenceOutcome(confidence, isRight: question.isRight(answer.answer))
        }
        try show(ConfidenceMetrics(judged), answers)
    }

    private func answer(_ questions: [EvaluationQuestion]) async throws -> [AnswerLine] {
        try await QuestionRun.lines(for: questions, keptIn: out, parallel: parallel.count) {
            let model = try await LocalLanguageModel(
                options.loadModel(activations: precision.activations), concurrentRequests: parallel.count)
            let modelConfidence = ModelConfidence.load(
                for: model.identity, directories: options.directories, named: calibration)
            if let problem = modelConfidence.problem { Terminal.writeError("uncalibrated: \(problem)") }
            var configuration = try await BrimConfiguration.load(options.directories, isNamed: options.config != nil)
            configuration.usesKnowledge = know
            configuration.answersOnlyFromKnowledge = false
            let knowledge = TurnKnowledge.ofCollections(
                configuration, options.directories, modelConfidence.profile, CollectionComparison(options))
            return { try await answer($0, model, modelConfidence, knowledge) }
        }
    }

    private func answer(
        _ question: EvaluationQuestion, _ model: any LanguageModel, _ modelConfidence: ModelConfidence,
        _ knowledge: TurnKnowledge?
    ) async throws -> AnswerLine {
        if tools, let computed = ModelConfidence.compute(question.prompt) {
            return AnswerLine(
                id: question.id, answer: computed.text, confidence: 1, calibrated: true,
                source: ConfidenceSourceObject(.tool), tokens_at_decision: 0,
                tokens: 0,
                route: "tool")
        }
        var request = QuestionRun.request(question.prompt, modelConfidence.profile, maxTokens: maxTokens)
        switch await knowledge?.consult(request) {
        case .answer(let answer): return Self.line(question.id, answer)
        case .passages(let passages): request = knowledge?.grounded(request, in: passages) ?? request
        case .silent, nil: break
        }
        var estimator = modelConfidence.estimator(for: request)
        let tokens = try await QuestionRun.answer(request, model)
        var decided: Int?
        for (index, token) in tokens.enumerated() {
            estimator.observe(token)
            let floor =
                EarlyHandover.uncalibrated.floor(after: index + 1, estimator.handoverFloor).map { min($0, threshold) }
                ?? 0
            if decided == nil, let confidence = estimator.confidence, confidence < floor { decided = index + 1 }
        }
        estimator.finish()
        let confidence = estimator.confidence
        let text = tokens.map(\.text).joined()
        let citations = AnswerCheck.support(of: text, to: question.prompt, in: request.passages).citations
        return AnswerLine(
            id: question.id, answer: text, confidence: confidence,
            calibrated: estimator.isCalibrated,
            source: confidence.map { _ in ConfidenceSourceObject(estimator.source) },
            tokens_at_decision: decided ?? tokens.count, tokens: tokens.count,
            route: decided == nil && confidence.map { $0 >= threshold } ?? true ? "local" : "cloud",
            documents: request.passages.isEmpty ? nil : citations.map(\.document))
    }

    // MARK: Report

    private struct Figures: Encodable {
        var questions: Int
        var accuracy: Double?
        var auroc: Double?
        var auroc_95: [Double]
        var ece: Double
        var brier: Double
        var threshold: Double
        var kept_share: Double
        var kept_accuracy: Double?
        var median_tokens_at_handover: Int?
        var uncalibrated: Int
        /// Answers without a confidence: no other figure counts them.
        var unknown: Int
    }

    private func show(_ metrics: ConfidenceMetrics, _ answers: [AnswerLine]) throws {
        let kept = metrics.kept(from: threshold)
        let handovers = answers.filter { $0.route == "cloud" }.map(\.tokens_at_decision).sorted()
        let interval = metrics.aurocInterval()
        let figures = Figures(
            questions: metrics.count, accuracy: metrics.accuracy, auroc: metrics.auroc,
            auroc_95: interval.map { [$0.lowerBound, $0.upperBound] } ?? [], ece: metrics.calibrationError(),
            brier: metrics.brier, threshold: threshold, kept_share: kept.share, kept_accuracy: kept.accuracy,
            median_tokens_at_handover: handovers.isEmpty ? nil : handovers[handovers.count / 2],
            uncalibrated: answers.count { $0.confidence != nil && !$0.calibrated },
            unknown: answers.count { $0.confidence == nil })
        let chart = ConfidenceChart(metrics, title: "\(metrics.count) questions")
        if report {
            let picture = (out as NSString).deletingPathExtension + ".svg"
            try OutputFile.write(Data(chart.svg.utf8), to: picture)
            if !json { for row in chart.rows() { try Terminal.writeLine(row) } }
        }
        if json { return try JSONLines.write(figures) }
        try Terminal.writeLine(
            "\(figures.questions) questions · \(figures.accuracy.shown) right · AUROC \(figures.auroc.shown)"
                + " · ECE \(figures.ece.shown) · kept at \(threshold.shown):"
                + " \(kept.share.shown), of which right \(kept.accuracy.shown)")
        if let token = figures.median_tokens_at_handover {
            try Terminal.writeLine("what is not kept is handed over at token \(token) in the median")
        }
        if figures.uncalibrated > 0 {
            try Terminal.writeLine("\(figures.uncalibrated) of the answers have an uncalibrated confidence")
        }
        if figures.unknown > 0 {
            try Terminal.writeLine(
                "\(figures.unknown) more are answers to open requests, which have no confidence and are not counted here"
            )
        }
    }
}

extension Double {
    /// Three decimals.
    var shown: String { String(format: "%.3f", self) }
}

extension Double? {
    /// Three decimals, or that there is none.
    var shown: String { map(\.shown) ?? "n/a" }
}
