/// Work on several things at once whose results come in order.
enum OrderedTasks {
    /// Works at `limit` elements at once (≥ 1) and hands out the results in the order of the elements, each as soon as those
    /// before it are there. The first error ends it.
    static func run<Element: Sendable, Value: Sendable>(
        _ elements: [Element], limit: Int, _ work: @escaping @Sendable (Element) async throws -> Value,
        take: (Element, Value) throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, Value).self) { tasks in
            var waiting = elements.indices.makeIterator()
            func start() {
                guard let index = waiting.next() else { return }
                tasks.addTask { (index, try await work(elements[index])) }
            }
            for _ in 0..<limit { start() }
            var (early, taken) = ([Int: Value](), 0)
            for try await (index, value) in tasks {
                start()
                early[index] = value
                while let value = early.removeValue(forKey: taken) {
                    try take(elements[taken], value)
                    taken += 1
                }
            }
        }
    }
}
