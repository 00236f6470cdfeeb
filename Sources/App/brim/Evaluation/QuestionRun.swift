import Confidence

/// A run over questions with known answers that can be taken up again where it was interrupted.
enum QuestionRun {
    /// The lines of all questions: those that an earlier run kept, then the new ones.
    ///
    /// - Parameters:
    ///   - path: keeps a line for each question as soon as it is there; `nil` keeps nothing.
    ///   - prepare: gives what answers a question; called only where there is something left to answer.
    static func lines<Line: Codable & Identifiable & Sendable>(
        for questions: [JudgedQuestion], keptIn path: String?,
        prepare: () async throws -> @Sendable (JudgedQuestion) async throws -> Line
    ) async throws -> [Line] where Line.ID == Int {
        let done = try path.map { try QuestionFile.finished(in: $0, as: Line.self) } ?? []
        let answered = Set(done.map(\.id))
        let left = questions.filter { !answered.contains($0.id) }
        guard !left.isEmpty else { return done }
        let answer = try await prepare()
        let log = try path.map { try LineLog(appendingTo: $0) }
        let (before, all) = (done.count, questions.count)
        let fresh = try await Interruption.cancelling {
            var fresh: [Line] = []
            for question in left {
                Terminal.progress("answered \(before + fresh.count) of \(all)")
                let line = try await answer(question)
                try log?.write(line)
                fresh.append(line)
            }
            return fresh
        }
        Terminal.endProgress()
        try log?.close()
        return done + fresh
    }
}
