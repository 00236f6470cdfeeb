import ArgumentParser
import AssistantCore
import Foundation
import LocalInference
import Updates

/// `brim update`: models, calibrations, profiles, collections, voices and settings of a fleet, from a repository whose publisher signs them.
struct UpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "What the operator of a fleet has published for this device.",
        discussion: """
              brim update                    what runs, what is offered, and why not yet
              brim update check              ask the repository
              brim update apply              take what is offered: download, self-test, swap
              brim update back model NAME    let what ran before run again

            updates.url names the repository's metadata, updates.root the root.json that its publisher gave, and \
            updates.group the group of devices that this one is in. assets/fleet shows how to publish.
            """,
        subcommands: [Status.self, Check.self, Apply.self, Back.self, Reference.self],
        defaultSubcommand: Status.self)

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What runs and what was offered last (the default); nothing is asked.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "A JSON object.") var json = false

        func run() async throws {
            let settings = try await UpdateRun.settings(options)
            let record = UpdateRecord.read(in: InstalledUpdates.directory(options.directories))
            try UpdateReport(settings, options.directories, record, plan: nil).write(asJSON: json)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask the repository what it offers; take nothing.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "A JSON object.") var json = false

        func run() async throws {
            try await UpdateRun(options).check().write(asJSON: json)
        }
    }

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the repository, and take what it offers to this device.",
            discussion: """
                What is downloaded is tried before it runs: a model has to say what its publisher measured. What fails is not \
                tried again. Exit code 0 where all that was to be done is done, else 1.
                """)

        @OptionGroup var options: GlobalOptions
        @Flag(help: "A JSON object.") var json = false

        func run() async throws {
            let (report, failures) = try await UpdateRun(options).apply()
            try report.write(asJSON: json)
            if let failure = failures.first { throw CommandFailure(failure) }
        }
    }

    struct Back: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let what ran before run again; what ran is not taken again.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "model, calibration, profile, collection, voice or configuration.") var kind: String
        @Argument(help: "The name, as brim update shows it.") var name: String

        func validate() throws {
            guard Release.Kind(rawValue: kind) != nil else { throw ValidationError("there is no kind \(kind)") }
        }

        func run() async throws {
            guard let kind = Release.Kind(rawValue: kind) else { return }
            Terminal.writeError(
                try await UpdateRun.goBack(RolloutPlan.Place(kind: kind, name: name), options.directories))
        }
    }

    struct Reference: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "For the publisher: a self-test that travels with a model.",
            discussion: """
                  brim update reference --model new.gguf "The capital of Peru is" " Lima."

                One JSON object: an entry of self_test. The tolerance is 50 thousandths a token, which is more than other \
                processors make of it.
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "What stands before.") var prompt: String
        @Argument(help: "The text whose probability is measured.") var output: String

        private struct Line: Encodable {
            var prompt: String
            var output: String
            var milli_log_probability: Int64
            var tolerance: Int64
        }

        func run() async throws {
            let engine = try await LocalEngine(options.loadModel())
            let value = try await ReleaseSelfTest.milliLogProbability(of: output, after: prompt, engine)
            let tokens = engine.tokenize(Array(output.utf8)).count
            try JSONLines.write(
                Line(prompt: prompt, output: output, milli_log_probability: value, tolerance: Int64(tokens) * 50))
        }
    }
}
