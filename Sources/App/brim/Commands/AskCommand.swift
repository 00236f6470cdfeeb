import ArgumentParser
import AssistantCore
import Foundation
import Knowledge
import Turns

/// `brim ask`: one question, one answer on the standard output.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask one question; the answer streams to the standard output.",
        discussion: """
              brim ask "Why is the sky blue?"
              brim ask --system "Answer in one word." "Capital of France?"
              cat letter.txt | brim ask "Summarise this letter:" -
              brim ask --json --seed 7 --temperature 0.8 "Tell me a story" | jq .
              brim ask --file manual.pdf "How long is the warranty?"
              brim ask --file report.pdf "Summarise this report."
              brim ask --image sign.jpg "What does this sign say?"
              brim ask --batch questions.jsonl > answers.jsonl
              brim ask --speak "What is the capital of France?"
              brim ask --json-schema order.json "Two coffees and a tea, please." | jq .
              brim ask --grammar yes-no.gbnf "Is ice cold?"

            --batch answers a file of questions that nobody waits for, one JSON object a line with "prompt" and, if you \
            like, "system" and "id"; the answers come in the same order, each with its "id".

            --grammar and --json-schema hold the answer to a form, token by token: it is of that form whatever happens, and \
            is brought to its end in time where --max-tokens runs out. Such a question is answered by the device's own model, \
            never from the cache, a tool, the HAT+ or the cloud. In a schema, oneOf is read as anyOf, and properties come in \
            the schema's order.

            --file answers from one document: by its own sentence where it has one, else from the passages that have to do \
            with the question. A wish for a summary is answered section by section on this device, and then for the whole; \
            Ctrl-C keeps what is there. Where the cloud is asked, at most 15 % of the document's text leaves, redacted.

            --image asks the cloud's vision model (cloud.vision_model): this device cannot see. The picture is scaled down and \
            leaves without the metadata that a camera writes, such as the place. Rules that keep a question here keep it here.

            What was answered from documents has marks: [1] behind a sentence that the document says, [?] behind one that none \
            of the passages says.

            With --json, one object a line: "token" for each token of the device, "route" for each decision, "escalation" \
            where the question left the device, "citation" for each sentence of a document that the answer rests on, and last \
            "done" with the answer and its figures.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var generation: GenerationOptions
    @OptionGroup var form: FormOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var voice: VoiceOptions
    @Flag(help: "Say the answer aloud while it is written; Ctrl-C silences it at once.") var speak = false
    @Flag(help: "One JSON object a line.") var json = false
    @Flag(help: "Feed the prompt without the chat template; special tokens in it are parsed. Stays on the device.")
    var raw = false
    @Option(
        help: ArgumentHelp("Answer the questions of this file; \"-\" is the standard input.", valueName: "file.jsonl"))
    var batch: String?
    @Option(help: ArgumentHelp("Answer from this document.", valueName: "document")) var file: String?
    @Option(help: ArgumentHelp("Ask a vision model of the cloud about this picture.", valueName: "picture"))
    var image: String?
    @OptionGroup var parallel: ParallelOptions
    @Argument(help: ArgumentHelp("The question; \"-\" stands for the standard input.", valueName: "prompt"))
    var words: [String] = []

    func validate() throws {
        if batch != nil {
            guard words.isEmpty, !speak else { throw ValidationError("--batch takes no prompt and no --speak") }
            guard file == nil, image == nil else { throw ValidationError("--batch takes no --file and no --image") }
            return
        }
        if file != nil, raw || form.grammar != nil || form.jsonSchema != nil {
            throw ValidationError("--file takes no --raw, --grammar or --json-schema")
        }
        if image != nil, file != nil || raw || form.grammar != nil || form.jsonSchema != nil {
            throw ValidationError("--image takes no --file, --raw, --grammar or --json-schema")
        }
        if words.isEmpty, Terminal.inputIsTerminal {
            throw ValidationError("there is no prompt: give it as words, or pipe it in")
        }
        if !words.isEmpty, !words.contains("-") { try words.joined(separator: " ").checkIsPrompt() }
    }

    func run() async throws {
        let constraint = try form.constraint()
        if let batch {
            let questions = try BatchQuestion.read(batch)
            return try await AssistantServices.with(options, cloud, concurrentRequests: parallel.count) { services in
                try await Batch(
                    runner: services.runner, profile: services.profile,
                    sampling: generation.sampling.over(services.configuration.sampling),
                    maxTokens: generation.maxTokens,
                    systemPrompt: generation.systemPrompt(in: services.configuration), constraint: constraint,
                    stopTexts: generation.stopTexts, isRaw: raw, parallel: parallel.count
                ).answer(questions)
                try services.checkIsKept()
            }
        }
        let prompt = try prompt()
        let speech = try await speak ? Speech(voice, options) : nil
        var document: AttachedDocument?
        if let file { document = try await AttachedDocument(file) }
        var picture: Picture?
        if let image { picture = try await AttachedPicture.read(image) }
        try await AssistantServices.with(options, cloud) { [document, picture] services in
            if let reason = services.backends.reason { Terminal.writeError("(\(reason))") }
            if let problem = services.confidenceProblem { Terminal.writeError("(uncalibrated: \(problem))") }
            let continues = services.continuesOnly && !raw
            if continues {
                let name = services.model?.identity.name ?? "this model"
                let system = generation.system == nil ? "" : "; --system is not used"
                Terminal.writeError(
                    "(\(name) has no chat template: it goes on with your words, and answers nothing\(system))")
            }
            let system = raw || continues ? nil : generation.systemPrompt(in: services.configuration)
            try await answer(prompt, system, constraint, services, document, picture, speech, isRaw: raw || continues)
            try services.checkIsKept()
        }
    }

    /// Ctrl-C ends it and the question with it.
    private static func complete(_ document: AttachedDocument, _ comparison: (any PassageComparison)?) async throws {
        defer { Terminal.endProgress() }
        try await Interruption.cancelling {
            try await document.complete(comparison) { done, all in
                Terminal.progress("what \(document.extent.name) means: \(done) of \(all) passages")
            }
        }
    }

    private func answer(
        _ prompt: String, _ system: String?, _ constraint: OutputConstraint?, _ services: AssistantServices,
        _ document: AttachedDocument?, _ picture: Picture?, _ speech: Speech?, isRaw: Bool
    ) async throws {
        var request = TurnRequest(
            systemPrompt: system ?? "", prompt: prompt, maxTokens: generation.maxTokens, isRaw: isRaw,
            constraint: constraint, stopTexts: generation.stopTexts
        ).prepared(by: services.profile, generation.sampling.over(services.configuration.sampling))
        var runner = services.runner
        request.picture = picture
        if let picture, !json { Terminal.writeError("(\(picture.words))") }
        if let document {
            if !SummaryWish.isIn(prompt) { try await Self.complete(document, runner.knowledge?.comparison) }
            (request, runner) = await document.prepared(request, runner, services.profile)
            if json {
                if let share = request.share { try JSONLines.write(share) }
            } else {
                Terminal.writeError("(\(document.words))")
            }
        }
        let running = runner.run(request)
        let printer = AnswerPrinter(json: json)
        let speaker = speech?.begin(mayBeReplaced: runner.gateway.mayAnswer)
        try await Interruption.handling {
            running.stop()
            speaker?.stop()
        } while: {
            do {
                for await update in running.updates {
                    update.log()
                    speaker?.take(update)
                    try await printer.take(update)
                }
            } catch {
                running.stop()
                speaker?.stop()
                await running.end()
                throw error
            }
            speaker?.close()
            if let report = await speaker?.finish() { try report.write(asJSON: json) }
            // The process ends behind this: what was sent is accounted for first, to the operator's command as well.
            await running.end()
        }
        try await printer.finish()
    }

    /// A voice and the speaker for it.
    private struct Speech: Sendable {
        let choice: VoiceChoice
        let voice: SpeakingVoice

        /// - Throws: one sentence where nothing may be said, or nothing can.
        init(_ voice: VoiceOptions, _ options: GlobalOptions) async throws {
            let settings = try await BrimConfiguration.load(options.directories, isNamed: options.config != nil).voice
            if let obstacle = settings.speakingObstacle { throw CommandFailure(obstacle) }
            choice = voice.over(settings)
            self.voice = try await choice.load(options)
            if let shortcoming = self.voice.shortcoming { Terminal.writeError("(\(shortcoming))") }
        }

        func begin(mayBeReplaced: Bool) -> AnswerSpeaker {
            AnswerSpeaker(voice, mayBeReplaced: mayBeReplaced) { [choice, voice] in
                choice.open(rateHz: voice.sampleRateHz)
            }
        }
    }

    /// The words, with "-" replaced by what comes in; a pipe alone is the whole prompt.
    private func prompt() throws -> String {
        guard words.isEmpty || words.contains("-") else { return words.joined(separator: " ") }
        let input = try StandardInput.text()
        let prompt = words.isEmpty ? input : words.map { $0 == "-" ? input : $0 }.joined(separator: " ")
        guard !prompt.isBlank else { throw CommandFailure("the prompt is empty; give it as words, or pipe it in") }
        return prompt
    }
}

extension String {
    /// Whether nothing of it can be seen: white space, joiners, controls.
    var isBlank: Bool {
        unicodeScalars.allSatisfy { scalar in
            scalar.properties.isWhitespace
                || [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }

    /// Throws `ValidationError` where there is nothing to ask.
    func checkIsPrompt() throws {
        guard !isBlank else { throw ValidationError("the prompt is empty; give it as words, or pipe it in") }
    }
}
