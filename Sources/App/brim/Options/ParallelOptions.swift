import ArgumentParser

/// How many questions of a file are at work at once.
struct ParallelOptions: ParsableArguments {
    @Option(
        // The second is what `brim ask` called it at first.
        name: [.customLong("parallel"), .customLong("batch-size")],
        help: ArgumentHelp(
            "Questions at work at once, 1 to 64: each pass of the model serves all of them, and the answers stay the same.",
            valueName: "questions"))
    var count = 8

    func validate() throws {
        guard (1...64).contains(count) else { throw ValidationError("--parallel takes 1 to 64") }
    }
}
