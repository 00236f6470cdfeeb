import ArgumentParser

/// How many questions of a file are at work at once.
struct ParallelOptions: ParsableArguments {
    @Option(
        name: .customLong("parallel"),
        help: ArgumentHelp(
            "Questions at work at once, 1 to 16: each pass of the model serves all of them, and the answers stay the same.",
            valueName: "questions"))
    var count = 8

    func validate() throws {
        guard (1...16).contains(count) else { throw ValidationError("--parallel takes 1 to 16") }
    }
}
