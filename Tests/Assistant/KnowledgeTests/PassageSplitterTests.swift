import Knowledge
import Testing

@Suite("Passages of a document")
struct PassageSplitterTests {
    private func document(_ blocks: [TextDocument.Block]) -> TextDocument {
        var document = TextDocument()
        document.blocks = blocks
        return document
    }

    @Test("Passages are about 600 bytes of whole sentences, and nothing is lost")
    func whole() {
        let sentences = (1...60).map { "This is sentence number \($0) of a rather long text." }
        let pieces = PassageSplitter.pieces(of: document([.paragraph(sentences.joined(separator: " "))]))
        #expect(pieces.flatMap { Sentences.split($0.text) } == sentences)
        #expect(pieces.allSatisfy { $0.text.utf8.count <= 600 })
        #expect(pieces.dropLast().allSatisfy { $0.text.utf8.count > 500 })
    }

    @Test("A passage knows the headings above it and its page, and crosses neither")
    func places() {
        let pieces = PassageSplitter.pieces(
            of: document([
                .page(1), .heading("Pool", level: 1), .heading("Hours", level: 2), .paragraph("It opens at 7."),
                .page(2), .paragraph("It closes at 9."), .heading("Prices", level: 2), .paragraph("It costs 3 euros."),
            ]))
        #expect(pieces.map(\.heading) == ["Pool › Hours", "Pool › Hours", "Pool › Prices"])
        #expect(pieces.map(\.page) == [1, 2, 2])
        #expect(pieces.map(\.text) == ["It opens at 7.", "It closes at 9.", "It costs 3 euros."])
    }

    @Test("A sentence without an end is cut at white space, a word without one is cut anywhere")
    func endless() {
        let words = Array(repeating: "word", count: 2_000).joined(separator: " ")
        let pieces = PassageSplitter.pieces(
            of: document([.paragraph(words), .paragraph(String(repeating: "é", count: 5_000))]))
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { $0.text.utf8.count <= 1_200 })
    }

    @Test("An answered question is a passage of its own, word for word")
    func answered() {
        let text = """
            # Our pool

            Welcome to the pool.

            ## When does the pool open?

            At **seven**.

            - On Sundays at *nine*.

            ## Prices

            It costs 3 euros.
            """
        let document = MarkdownReader.document(text)
        #expect(document.title == "Our pool")
        let pieces = PassageSplitter.pieces(of: document)
        #expect(
            pieces.map(\.text) == [
                "Welcome to the pool.", "It costs 3 euros.", "At **seven**.\n\n- On Sundays at *nine*.",
            ])
        #expect(pieces.map(\.isAnswer) == [false, false, true])
        #expect(pieces.last?.heading == "When does the pool open?")
    }
}

@Suite("Readers of documents")
struct ReaderTests {
    @Test("Of Markdown its words stay: no marks, no addresses, no comments")
    func markdown() {
        let text = """
            # The *manual* {#top}
            <!-- not
            this -->
            See [the guide](https://example.org/a_b) and `ls -l`, ![a picture](x.png) snake_case stays.

            | a | b |
            |---|---|
            | 1 | 2 |

            ```sh
            apt install brim
            ```
            """
        let blocks = MarkdownReader.document(text).blocks
        #expect(
            blocks == [
                .heading("The manual", level: 1),
                .paragraph("See the guide and ls -l, snake_case stays."),
                .paragraph("a , b ,"), .paragraph("1 , 2 ,"), .paragraph("apt install brim"),
            ])
    }

    @Test("A document's title is its highest heading, where there is one")
    func titles() {
        #expect(MarkdownReader.document("## Pool\n\n### Hours\n\nText.").title == "Pool")
        #expect(MarkdownReader.document("## Monday\n\nText.\n\n## Tuesday\n\nText.").title == "")
    }

    @Test("A picture says nothing, in a link or in brackets either, and entities are the signs that they stand for")
    func pictures() {
        let text =
            "[![Prev](p.png)](a.html) Next\n\n![[Tip]](t.png) A [tip ![x](y) here](b) &lt;x&gt;&nbsp;&amp; &copy; a [b] ![c"
        let blocks = MarkdownReader.document(text).blocks
        #expect(blocks == [.paragraph("Next"), .paragraph("A tip here <x> & &copy; a [b] ![c")], "\(blocks)")
    }

    @Test("Pages are counted, and a sentence that goes on over a page stays whole on the first")
    func pages() {
        let text = "First page. A sentence that goes\n\u{C}on here. The second page be-\ngins.\n\u{C}"
        #expect(
            PlainTextReader.document(text, hasPages: true).blocks == [
                .page(1), .paragraph("First page. A sentence that goes on here."), .page(2),
                .paragraph("The second page begins."), .page(3),
            ])
    }
}
