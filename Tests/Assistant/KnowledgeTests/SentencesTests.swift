import Knowledge
import Testing

@Suite("Sentences of a paragraph")
struct SentencesTests {
    @Test(
        "A sentence ends where another begins, and at no abbreviation, initial or number",
        arguments: [
            ("It rains. It pours.", ["It rains.", "It pours."]),
            ("Dr. Smith met J. R. Brown. They spoke.", ["Dr. Smith met J. R. Brown.", "They spoke."]),
            ("It costs 3.50 euros. Is that much?", ["It costs 3.50 euros.", "Is that much?"]),
            ("He said \"Go!\" Then he left.", ["He said \"Go!\"", "Then he left."]),
            ("See e.g. the manual. It helps.", ["See e.g. the manual.", "It helps."]),
            ("run apt-get. then reboot", ["run apt-get. then reboot"]),
            ("一つ。二つ。", ["一つ。", "二つ。"]),
            ("  ", []),
            ("No end", ["No end"]),
        ])
    func split(_ text: String, _ sentences: [String]) {
        #expect(Sentences.split(text) == sentences)
    }
}

@Suite("Words of a text")
struct ContentWordsTests {
    @Test("Letter case, accents and apostrophes make no difference")
    func folded() {
        #expect(ContentWords.all(in: "São Tomé's N'Djamena, 42") == ["sao", "tome", "s", "n", "djamena", "42"])
        #expect(ContentWords.meaningful(in: "What is the capital of Peru?") == ["capital", "peru"])
    }

    @Test(
        "Forms of an English word have one stem",
        arguments: [
            ("capitals", "capital"), ("cities", "city"), ("opening", "opened"), ("closes", "close"),
            ("numbers", "number"), ("compression", "compresses"), ("installation", "install"), ("wrote", "written"),
        ])
    func stems(_ one: String, _ other: String) {
        #expect(ContentWords.stem(one) == ContentWords.stem(other))
    }
}
