internal import Transformer

/// A few contexts side by side, so that a prompt finds its beginning in the KV cache although another kind of prompt came
/// between: each frame of examples is read once, and a conversation keeps its place.
///
/// For one thread at a time. A context's memory becomes resident only as it is used.
struct SessionPool {
    /// One for each kind of frame.
    static let usualCapacity = 4

    private struct Entry {
        let session: Session
        var window = ContextWindow()
        /// The prompt it last served, uncut.
        var asked: [Int32] = []
        var lastUse = 0
    }

    private var entries: [Entry] = []
    private var uses = 0
    private let make: () throws -> Session
    /// Contexts at most.
    private let capacity: Int

    /// Makes the first context at once: a machine without memory for one should say so early.
    init(capacity: Int = usualCapacity, _ make: @escaping () throws -> Session) throws {
        self.make = make
        self.capacity = capacity
        entries.append(Entry(session: try make()))
    }

    var contextLength: Int { entries[0].session.contextLength }

    /// Lends the context whose last prompt began most like this one, so that it goes on, or loses less than half of what it
    /// read; else a fresh one, or the one unused for longest.
    ///
    /// - Parameter prompt: the whole conversation, of which a long one's beginning may be left out later.
    mutating func withSession<Value>(
        for prompt: [Int32], _ body: (Session, inout ContextWindow) throws -> Value
    ) rethrows -> Value {
        let place = place(for: prompt)
        uses += 1
        entries[place].lastUse = uses
        entries[place].asked = prompt
        return try body(entries[place].session, &entries[place].window)
    }

    mutating func forget() {
        for place in entries.indices {
            entries[place].session.truncate(to: 0)
            entries[place].window = ContextWindow()
            entries[place].asked = []
        }
    }

    private mutating func place(for prompt: [Int32]) -> Int {
        let common = entries.map { entry in zip(entry.asked, prompt).prefix { $0 == $1 }.count }
        let fitting = entries.indices.filter { 2 * common[$0] >= entries[$0].asked.count }
        if let best = fitting.max(by: { common[$0] < common[$1] }) { return best }
        // Without memory for another one, those that are there have to do.
        if entries.count < capacity, let session = try? make() {
            entries.append(Entry(session: session))
            return entries.count - 1
        }
        return entries.indices.min { entries[$0].lastUse < entries[$1].lastUse } ?? 0
    }
}
