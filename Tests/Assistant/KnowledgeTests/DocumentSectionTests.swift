import AssistantCore
import Testing

@testable import Knowledge

private func passage(_ number: Int, heading: String, bytes: Int = 500) -> Passage {
    var text = "Sentence \(number) of the part on \(heading) says what nobody else says."
    while text.utf8.count < bytes { text += " More words about \(heading) follow in number \(text.utf8.count)." }
    return Passage(collection: "file", document: "manual.pdf", heading: heading, page: number, text: text)
}

@Suite("A document in parts, and in short")
struct DocumentSectionTests {
    @Test("Parts follow the headings, hold everything, and are never more than can be summed up")
    func parts() {
        let passages = (0..<400).map { passage($0 + 1, heading: "Chapter \($0 / 10) › Part \($0)") }
        let sections = DocumentSection.all(of: passages, bytes: 3_000, most: 16)
        #expect((2...16).contains(sections.count))
        #expect(sections.flatMap(\.passages) == passages)
        #expect(sections.allSatisfy { $0.text.utf8.count <= 3_000 && !$0.text.isEmpty })
        #expect(sections[0].title.hasPrefix("Chapter 0") && sections[0].title.contains(", pages 1–"))
        // A title that all stand under tells none of them from the others.
        let titled = passages.map { passage in
            var titled = passage
            titled.heading = "Manual › " + passage.heading
            return titled
        }
        let same = DocumentSection.all(of: titled, bytes: 3_000, most: 16)
        #expect(same.map(\.title) == sections.map(\.title))
    }

    @Test("A short document is one part or few, with all of its text")
    func short() {
        let passages = [passage(1, heading: "A"), passage(2, heading: "B", bytes: 90), passage(3, heading: "C")]
        let sections = DocumentSection.all(of: passages, bytes: 3_000, most: 16)
        #expect(sections.count <= 2)
        #expect(sections.flatMap(\.passages) == passages)
        for passage in passages { #expect(sections.contains { $0.text.contains(passage.text) }) }
    }

    @Test("Of what is too long the sentences stay that say most of what it is about, in their order")
    func salient() {
        let paragraphs = [
            "Whales live in the sea. The weather was fine on Tuesday.", "Whales breathe air in the sea with lungs.",
            "Somebody mentioned his aunt yesterday afternoon.", "Young whales drink milk in the sea.",
        ]
        let text = SalientSentences.text(of: paragraphs, bytes: 80)
        #expect(text.utf8.count <= 80)
        #expect(!text.contains("aunt") && text.contains("hales"))
        #expect(SalientSentences.text(of: paragraphs, bytes: 3) == "")
        #expect(SalientSentences.text(of: paragraphs, bytes: 1_000) == paragraphs.joined(separator: "\n"))
    }

    @Test("An excerpt is as long as may leave and no longer", arguments: [200, 1_000, 10_000, 100_000])
    func excerpt(_ bytes: Int) {
        let passages = (0..<200).map { passage($0 + 1, heading: "Chapter \($0 / 10)") }
        let sections = DocumentSection.all(of: passages, bytes: 3_000, most: 16)
        let excerpt = DocumentSection.excerpt(of: sections, bytes: bytes)
        let length = excerpt.reduce(0) { $0 + $1.text.utf8.count }
        #expect(length <= bytes && (bytes < 2_000 || length > bytes / 2))
        #expect(excerpt.allSatisfy { $0.document == "manual.pdf" && !$0.text.isEmpty })
    }

    @Test("Where not even one passage may leave whole, its sentences with the question's words do")
    func cut() {
        let pool = Passage(
            document: "pool.md", text: "It was built in 1931. The pool opens at seven. Dogs stay outside the house.")
        let sent = PassageExcerpt.of([pool], for: "When does the pool open?", bytes: 30)
        #expect(sent.map(\.text) == ["The pool opens at seven."])
        // One sentence at least.
        #expect(PassageExcerpt.of([pool], for: "When does the pool open?", bytes: 1).map(\.text) == sent.map(\.text))
        #expect(PassageExcerpt.of([pool, pool], for: "pool", bytes: 100).count == 1)
        #expect(PassageExcerpt.of([], for: "pool", bytes: 100).isEmpty)
    }

    @Test(
        "A wish for all of it in short is told from a question",
        arguments: [
            ("Summarise this report.", true), ("Give me a summary", true), ("What are the main points?", true),
            ("Fasse das zusammen.", true), ("How long is the warranty?", false), ("Who wrote it?", false),
        ])
    func wishes(_ prompt: String, _ isWish: Bool) { #expect(SummaryWish.isIn(prompt) == isWish) }
}
