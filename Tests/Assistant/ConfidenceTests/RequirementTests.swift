import AssistantCore
import Confidence
import Testing

@Suite("What a request demands of its answer's form")
struct RequirementTests {
    struct Case: Sendable {
        var request: String
        var demands: [String]
        var good: String
        var bad: String
    }

    static let cases = [
        Case(
            request: "Write an email of at least twelve words to my boss. Do not use the word sorry.",
            demands: ["at least 12 words", "no “sorry”"],
            good: "Dear Ann, the train is late and I will be in at ten today. Yours, Bo",
            bad: "Sorry, I am late today because the train is late and I missed the bus as well."),
        Case(
            request: "Explain in exactly two sentences what TCP is.", demands: ["2 sentences"],
            good: "TCP is a protocol. It delivers bytes in order!", bad: "TCP is a protocol."),
        Case(
            request: "Tell me about cats, less than 8 words, all in lowercase, no commas.",
            demands: ["at most 7 words", "no commas", "small letters only"],
            good: "cats are small and sleep a lot", bad: "Cats are small, and sleep a lot."),
        Case(
            request: "Answer in all capital letters: how is the weather?", demands: ["capital letters only"],
            good: "IT RAINS.", bad: "It rains."),
        Case(
            request: "Compare tea and coffee in a table with 2 rows.", demands: ["2 rows"],
            good: "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |", bad: "| a | b |\n|---|---|\n| 1 | 2 |"),
        Case(
            request: "Give me three tips for better sleep.", demands: ["3 items"],
            good: "1. Dark.\n2. Cool.\n   - a fan\n3. Quiet.", bad: "1. Dark.\n2. Cool."),
        Case(
            request: "List the facts in exactly 3 bullet points.", demands: ["3 bullet points"],
            good: "* one\n* two\n- three", bad: "* one\n* two"),
        Case(
            request: "Write a letter with at least 2 placeholders such as [name]. End it with the phrase \"See you.\"",
            demands: ["at least 2 [bracketed] placeholders", "“see you.” at its end"],
            good: "Dear [name], on [date] we meet. See you.", bad: "Dear [name], see you on [date]. Bye."),
        Case(
            request: "Write a poem about rain with a title in double angular brackets, i.e. <<title>>.",
            demands: ["a title in << >>"], good: "<<Rain>>\nIt falls.", bad: "Rain\nIt falls."),
        Case(
            request: "Write a memo with 2 parts marked SECTION X, and add a postscript starting with P.S.",
            demands: ["at least 2 SECTION parts", "a postscript P.S"],
            good: "SECTION 1\nA.\nSECTION 2\nB.\nP.S. C.", bad: "SECTION 1\nA.\nB."),
        Case(
            request: "Describe the sea. Wrap your entire response with double quotation marks.",
            demands: ["quotation marks around it"], good: "\"It is blue.\"", bad: "It is \"blue\"."),
        Case(
            request: "Write a product page in JSON format.", demands: ["JSON"],
            good: "```json\n{\"name\": \"x\", \"prices\": [1, 2.5, null, true]}\n```", bad: "{\"name\": \"x\""),
        Case(
            request: "Use the word river at least twice and the letter q no more than 1 times. Write about water.",
            demands: ["“river” at least 2 times", "the letter q at most 1 times"],
            good: "A river meets a river.", bad: "A river, quick and quiet."),
        Case(
            request: "Make sure to include the keywords 'bread', 'salt' and 'oven'. How do I bake?",
            demands: ["“bread” in it", "“salt” in it", "“oven” in it"],
            good: "Salt the bread and use the oven.", bad: "Salt the bread."),
        Case(
            request: "Write exactly 3 paragraphs. The second paragraph must start with the word \"then\".",
            demands: ["3 paragraphs, number 2 beginning with “then”"],
            good: "One.\n\nThen two.\n\nThree.", bad: "One.\n\nTwo.\n\nThen three."),
        Case(
            request: "Write 2 stanzas, separated by ***", demands: ["2 ***-separated paragraphs"],
            good: "a\n***\nb", bad: "a\n\nb"),
        Case(
            request: "Give two different answers separated by 6 asterisk symbols: ******. Is it late?",
            demands: ["two answers with ****** between them"], good: "Yes.\n******\nNo.", bad: "Yes.\n***\nNo."),
        Case(
            request: "Write a poem in Hindi, no other language is allowed.", demands: ["Hindi"],
            good: "नमस्ते दुनिया", bad: "Hello world"),
        Case(
            request: "Answer in German only: what is bread?", demands: ["German"],
            good: "Das Brot ist ein Lebensmittel und es wird aus Mehl gemacht.",
            bad: "Bread is a food that is made of flour and water."),
        Case(
            request: "Is it so? Answer with one of the following phrases: \"Yes it is.\", \"No it is not.\"",
            demands: ["one of the given answers"], good: "No it is not.", bad: "Perhaps."),
        Case(
            request: "What is a good name for a cat?\nFirst repeat the request word for word, then give your answer.",
            demands: ["the request first, word for word"],
            good: "What is a good name for a cat?\nTom.", bad: "Tom."),
        Case(
            request: "Highlight at least 2 sections with markdown, i.e. *highlighted section*. Write about art.",
            demands: ["at least 2 *highlighted* parts"], good: "*Art* is **old**.", bad: "*Art* is old."),
        Case(
            request: "Use words in all capital letters at least 2 times. Write about art.",
            demands: ["at least 2 CAPITAL words"], good: "ART is OLD.", bad: "ART is old."),
    ]

    @Test("A demand is read, met by what has the form and not by what lacks it", arguments: cases)
    func read(_ one: Case) {
        let requirements = Requirement.all(in: one.request)
        #expect(requirements.map(\.description) == one.demands)
        #expect(requirements.allSatisfy { $0.isMet(by: one.good) }, "\(one.good)")
        #expect(!requirements.allSatisfy { $0.isMet(by: one.bad) }, "\(one.bad)")
    }

    @Test(
        "What speaks of forms without asking for one demands nothing",
        arguments: [
            "Why are there seven words for snow?", "Explain the difference between uppercase and lowercase letters.",
            "Teach me how to say hello in French.", "What ends with the phrase \"to be or not to be\"?",
            "How do I use quotation marks in a letter?", "Translate \"good night\" into German, French and Spanish.",
            "Write a function that counts words in a sentence without using split.", "Explain JSON to a child.",
            "How do I write a letter to the bank?", "", "?", "Write a haiku about rain.",
        ])
    func nothing(_ request: String) { #expect(Requirement.all(in: request).isEmpty) }

    @Test("Hostile requests and answers are read to the end, and neither trap nor take long")
    func hostile() {
        let parts = [
            "99999999999999999999999 words", "at least 9223372036854775807 words",
            "more than 9223372036854775807 bullet points",
            "\"", "'", "word \"", "letter ", "[[[[", "<<", ">>", "***", "******", "P.P.S", "\u{0}\u{1B}[2J", "e\u{301}",
            "👩‍👩‍👧‍👧",
            "\n\n", "repeat the", "not ", "no ", "10 to 3 sentences", "0 words", "choose from:", "|", "```", "{",
            "in Hindi",
            "paragraph 0 must start with x", "5 paragraphs", "X", "section X",
            "the first paragraph starts with the word",
        ]
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<200 {
            let request = (0..<12).map { _ in parts[next(parts.count)] }.joined(
                separator: [" ", "\n", ". ", ""][next(4)])
            for requirement in Requirement.all(in: request) {
                _ = requirement.isMet(by: request)
                _ = requirement.isMet(by: "")
                #expect(!requirement.description.isEmpty)
            }
        }
        _ = Requirement.all(in: String(repeating: "write 3 words without the word ", count: 20_000))
    }

    @Test("A confidence comes at the end, says what is missing, and follows how often such answers were right")
    func confidence() throws {
        let request = "Describe the sea in one sentence, without commas."
        let judged = (0..<60).flatMap { number in
            [
                RequirementRates.Judged(request: request, answer: "It is blue.", isRight: number > 3),
                RequirementRates.Judged(request: request, answer: "Well, it is blue.", isRight: number == 0),
                RequirementRates.Judged(request: "Describe the sea.", answer: "It is blue.", isRight: false),
            ]
        }
        let rates = try #require(RequirementRates(judging: judged))
        #expect(rates.answers == 120)
        #expect((0.8..<56.0 / 60).contains(rates.met) && (1.0 / 60..<0.12).contains(rates.unmet))
        #expect(RequirementRates(judging: Array(judged.prefix(50))) == nil, "too few")

        func reading(_ answer: String, _ rates: RequirementRates?) throws -> (Double?, ConfidenceSource) {
            var estimator = RequirementConfidence(request: request, model: "m", rates: rates)
            for word in answer.split(separator: " ") {
                estimator.observe(
                    GeneratedToken(id: 1, text: word + " ", logProbability: -0.1, entropy: 0.1, margin: 1))
                #expect(estimator.confidence == nil)
            }
            estimator.finish()
            return (estimator.confidence, estimator.source)
        }
        #expect(try reading("It is blue.", rates) == (rates.met, .requirements(model: "m", unmet: [])))
        #expect(
            try reading("Well, it is. Blue.", rates)
                == (rates.unmet, .requirements(model: "m", unmet: ["1 sentence", "no commas"])))
        #expect(try reading("It is blue.", nil).0 == nil, "of a model that was not measured")
        #expect(try #require(reading("Well, it is blue.", nil).0) < 0.1)
        var other = RequirementConfidence(request: "Describe the sea.", model: "m", rates: rates)
        other.finish()
        #expect(other.confidence == nil)
    }
}
