import AssistantCore
import Confidence
import Foundation
import Testing

@Suite("Profiles of models")
struct ModelProfileTests {
    static let shipped =
        (try? FileManager.default.contentsOfDirectory(
            atPath: ShippedFiles.assets.appending(path: "profiles").path))?.sorted() ?? []

    @Test(
        "Every profile that ships can be read, and its examples are of the kinds that they are shown for",
        arguments: shipped)
    func sound(_ file: String) throws {
        let profile = try ShippedFiles.profile(String(file.dropLast(".json".count)))
        #expect(profile.prompt(for: .open).examples.isEmpty)
        for task in TaskClass.allCases {
            let examples = profile.prompt(for: task).examples
            #expect(examples.count.isMultiple(of: 2))
            for (place, example) in examples.enumerated() {
                #expect(example.role == (place.isMultiple(of: 2) ? .user : .assistant))
                if example.role == .user { #expect(TaskClass(of: example.text) == task, "\(example.text)") }
            }
        }
        for parameter in SamplingParameter.allCases {
            if let value = profile.sampling[parameter] { #expect(parameter.range.contains(value)) }
        }
    }

    @Test("There is at least the default model's")
    func exists() { #expect(Self.shipped.contains("smollm2-135m-instruct-q4_1.json")) }

    @Test("A profile holds for the file that it was measured on, and for no other")
    func binding() throws {
        let text = #"{"model": "f00d", "quantisation": "Q4_1", "sampling": {"temperature": 0.7, "top_k": 20}}"#
        let profile = try ModelProfile(decoding: Array(text.utf8))
        func identity(_ fingerprint: String, _ quantisation: String) -> ModelIdentity {
            ModelIdentity(name: "m", quantisation: quantisation, contextLength: 1, fingerprint: fingerprint)
        }
        #expect(profile.holds(for: identity("f00d", "Q4_1")))
        #expect(!profile.holds(for: identity("beef", "Q4_1")) && !profile.holds(for: identity("f00d", "Q8_0")))
        #expect(!ModelProfile.none.holds(for: identity("", "")))
        #expect(profile.sampling.temperature == 0.7 && profile.sampling.topK == 20 && profile.sampling.topP == nil)
    }

    @Test("Other prompts have another digest")
    func digest() throws {
        func profile(_ examples: String) throws -> ModelProfile {
            try ModelProfile(
                decoding: Array(
                    #"{"model": "f00d", "quantisation": "Q4_1", "examples": {"question": [\#(examples)]}}"#.utf8))
        }
        let (none, one) = (try profile(""), try profile(#"{"user": "Who is it?", "assistant": "It is me."}"#))
        let other = try profile(#"{"user": "Who is it?", "assistant": "It is you."}"#)
        #expect(Set([none.fingerprint, one.fingerprint, other.fingerprint]).count == 3)
        #expect(none.fingerprint == ModelProfile.none.fingerprint)
    }

    @Test(
        "What is no profile is refused with a reason",
        arguments: [
            "", "[]", "{}", #"{"model": 1, "quantisation": "Q4_1"}"#,
            #"{"model": "f", "quantisation": "q", "examples": {"riddle": []}}"#,
            #"{"model": "f", "quantisation": "q", "sampling": {"temperature": "hot"}}"#,
        ])
    func refused(_ text: String) {
        #expect(throws: ModelProfileError.self) { try ModelProfile(decoding: Array(text.utf8)) }
    }
}

@Suite("Kinds of tasks")
struct TaskClassTests {
    @Test(
        "A question for one fact is a short question",
        arguments: [
            "What is the capital of Scotland?", "Who wrote Hamlet?", "Ukraine: what is its capital?",
            "On which continent is Siberia?",
            "How many legs does a spider have?", "How old is the Earth?", "When did the war end?",
            "Give the symbol of the element iron.",
            "Of which country is Amman the capital?", "What is the chemical symbol for water?",
            "Name the capital of Serbia and Montenegro.",
            "Wer hat Hamlet geschrieben?", "And what is the capital of Peru?", "And when did it end?",
            "What's the capital of Scotland?", "Who's the president of France?", "whats the tallest mountain?",
            "Who is the king of Spain?", "What is my name?", "My mail is ann@example.org. Who wrote Faust?",
            "person1@example.org, what is my address?", "And what is my brother called?",
            "who was vice president after kennedy died?",
            "What is the boiling point of water?", "What is the best-selling album of all time?",
        ])
    func facts(_ prompt: String) { #expect(TaskClass(of: prompt) == .question) }

    @Test(
        "What wants an explanation, advice or several things is an open request",
        arguments: [
            "Who wrote Hamlet and when?", "Why is the sky blue?", "How do I boil an egg?", "Explain photosynthesis.",
            "Explain what a black hole is?", "What is the difference between TCP and UDP?",
            "What are the symptoms of flu?",
            "Name three rivers.", "What is photosynthesis?", "What is a black hole?",
            "Can you help me with my homework?",
            "What should I cook tonight?", "How does a refrigerator work?", "Do you like music?",
            "What does HTTP mean?",
            "What happens if I mix bleach and vinegar?", "Give me some ideas for a birthday party?",
            "How can I sleep better?",
            "What is the capital of France? Answer in all capital letters.", "Write a haiku about rain.", "Hello",
            "Who was Marie Curie?", "who's einstein?", "What is the Pythagorean theorem?",
            "What's the meaning of life?",
            "My houseplant has yellow leaves. What could be wrong?", "What can you do?", "What's a black hole?",
            "What happened in 1989 in Berlin?", "My bike chain keeps falling off, what now?",
            "I have eggs, rice and spinach. What can I cook?", "What is a good substitute for eggs in a cake?",
            "My landlord has kept the deposit since March and does not answer letters. What should I do?",
            "Warum ist der Himmel blau?",
            "was ist der Unterschied zwischen Butter und Margarine?", "Pourquoi le ciel est-il bleu ?",
        ])
    func open(_ prompt: String) { #expect(TaskClass(of: prompt) == .open) }

    @Test(
        "What asks for a program, or for a change to one, is a request for code",
        arguments: [
            "Write a function that reverses a string", "How do I reverse a list in Python?",
            "How do I write a for loop in bash?", "Fix this: ```for i in range(10) print(i)```",
            "Complete this Python function:\n```python\ndef add(a, b):\n```", "Write a regex for an email address",
            "SQL query to find duplicate emails", "Give me a SQL query that finds duplicate emails",
            "write code to sort an array", "Create an html page with a button", "Implement quicksort",
            "Write bubble sort in C", "Can you write me a bash one-liner that counts lines?",
            "Write a unit test for a stack", "How can I convert a string to an int in Rust?",
            "Write a Swift function that returns the median of an array.",
        ])
    func code(_ prompt: String) { #expect(TaskClass(of: prompt) == .code) }

    @Test(
        "What only sounds like programs is no request for code",
        arguments: [
            "Write a script for a school play about trees.", "Explain the function of the heart.",
            "Create a class schedule for a student with 5 courses", "What does this do? ```x = [i for i in y]```",
            "Write a program of events for a festival", "Make a table of the planets",
            "Write an essay about Java coffee",
            "Explain recursion with an example in Python", "Write a test for my driving students",
            "Build a game plan for our team meeting", "Write a poem about snakes like the python",
            "Write a letter that returns the broken vase to the shop", "Is Python faster than Java?", "What is Python?",
            "How to make a Java coffee", "Write a limerick about a programmer who loves python",
            "make a list of files I need for a visa application", "Generate a JSON list of three fruits",
            "What is SQL injection and how do I prevent it?", "What is 12 plus 30?",
        ])
    func noCode(_ prompt: String) { #expect(TaskClass(of: prompt) != .code) }

    @Test(
        "Who somebody and what something is, and nothing else, is a definition",
        arguments: [
            ("Who was Marie Curie?", true), ("What is a black hole?", true), ("what's photosynthesis?", true),
            ("What is the Pythagorean theorem?", true), ("Who wrote Emma?", false),
            ("What is the capital of Peru?", false),
            ("What is a black hole? Answer in verse.", false), ("Why is the sky blue?", false), ("Hello", false),
        ])
    func definition(_ prompt: String, _ expected: Bool) { #expect(TaskClass.asksForDefinition(prompt) == expected) }
}
