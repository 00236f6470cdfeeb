package import AssistantCore

/// Cuts passages to what may leave this device with a question.
package enum PassageExcerpt {
    /// The passages, the best first, as many as fit. Where not even the first one does, those of its sentences that have
    /// most of the question's words; one sentence is given all the same.
    package static func of(_ passages: [Passage], for question: String, bytes: Int) -> [Passage] {
        var sum = 0
        let whole = passages.prefix { passage in
            sum += passage.text.utf8.count
            return sum <= bytes
        }
        guard whole.isEmpty, var first = passages.first else { return Array(whole) }
        let asked = Set(ContentWords.meaningful(in: question).map(ContentWords.stem))
        let sentences = Sentences.split(first.text)
        let ranked = sentences.enumerated().map { place, sentence in
            (count: asked.intersection(ContentWords.all(in: sentence).map(ContentWords.stem)).count, place: place)
        }.sorted { ($0.count, $1.place) > ($1.count, $0.place) }
        var kept: Set<Int> = []
        var length = 0
        for (_, place) in ranked {
            length += sentences[place].utf8.count + 1
            guard kept.isEmpty || length <= bytes else { break }
            kept.insert(place)
        }
        first.text = kept.sorted().map { sentences[$0] }.joined(separator: " ")
        return [first]
    }
}
