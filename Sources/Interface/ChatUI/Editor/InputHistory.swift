/// What was sent before, to be walked through with Up and Down; what stood in the editor waits at the end.
package struct InputHistory: Sendable, Hashable {
    static let maximumCount = 500

    private var entries: [String] = []
    /// Where the walk is; `nil` outside it.
    private var index: Int?
    private var draft = ""

    package init(_ entries: [String] = []) {
        self.entries = Array(entries.suffix(Self.maximumCount))
    }

    /// What contains the words, in any order and whatever their case; the newest first, each once, a hundred at most.
    func matches(_ query: String) -> [String] {
        let words = query.lowercased().split(separator: " ")
        var found: [String] = []
        for entry in entries.reversed() where found.count < 100 {
            let text = entry.lowercased()
            if words.allSatisfy({ text.contains($0) }), !found.contains(entry) { found.append(entry) }
        }
        return found
    }

    mutating func add(_ text: String) {
        index = nil
        draft = ""
        guard entries.last != text else { return }
        entries.append(text)
        if entries.count > Self.maximumCount { entries.removeFirst() }
    }

    /// One step back; `nil` at the oldest.
    mutating func older(leaving text: String) -> String? {
        guard let next = index.map({ $0 - 1 }) ?? entries.indices.last, next >= 0 else { return nil }
        if index == nil { draft = text }
        index = next
        return entries[next]
    }

    /// One step forward, to the draft at last; `nil` outside a walk.
    mutating func newer() -> String? {
        guard let current = index else { return nil }
        if current + 1 < entries.count {
            index = current + 1
            return entries[current + 1]
        }
        index = nil
        return draft
    }
}
