import ArgumentParser
import AssistantCore
import Foundation
import Store

/// `brim consent`: which endpoints may be asked, and the way to take that back.
struct ConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Which cloud addresses were allowed; withdraw a permission.",
        discussion: """
              brim consent                              every address that was ever decided about
              brim consent withdraw                     the configured address may not be asked any more
              brim consent withdraw https://…/v1        that one may not
              brim consent withdraw --all               none may

            A permission is given on the screen, by --allow-cloud, or by cloud.allow. Once it is withdrawn, cloud.allow gives it \
            no more: it takes --allow-cloud or the screen again. A Brim that is running finds out before it next sends anything.
            """,
        subcommands: [List.self, Withdraw.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What was decided last about each address (the default).")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "One JSON object a line.") var json = false

        private struct Line: Encodable {
            var endpoint: String
            var allowed: Bool
            var source: String
            var time: String
        }

        func run() async throws {
            for consent in try await options.withStore({ try await $0.consent.consents() }) {
                let time = consent.givenAt.iso8601
                if json {
                    try JSONLines.write(
                        Line(
                            endpoint: consent.subject, allowed: consent.isGranted, source: consent.source, time: time))
                } else {
                    let word = consent.isGranted ? "allowed  " : "withdrawn"
                    try Terminal.writeLine("\(word)  \(time)  \(consent.subject)  (\(consent.source))")
                }
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a permission back; recorded in the audit log.")

        @OptionGroup var options: GlobalOptions
        @Flag(help: "Take every permission back.") var all = false
        @Argument(help: ArgumentHelp("The address; else the configured one.", valueName: "url"))
        var endpoint: String?

        func validate() throws {
            if all, endpoint != nil { throw ValidationError("--all takes no address") }
        }

        func run() async throws {
            let wanted = try await wanted()
            let withdrawn = try await options.withStore { store in
                let allowed = try await store.consent.consents().filter(\.isGranted).map(\.subject)
                let withdrawn = allowed.filter { wanted == nil || $0 == wanted }
                for subject in withdrawn {
                    try await store.consent.record(
                        Consent(subject: subject, isGranted: false, source: "brim consent withdraw", givenAt: .now))
                    try Terminal.writeLine("\(subject) may not be asked any more")
                }
                return withdrawn
            }
            guard withdrawn.isEmpty else { return }
            try Terminal.writeLine(wanted.map { "\($0) was not allowed" } ?? "nothing was allowed")
        }

        /// `nil` for all.
        private func wanted() async throws -> String? {
            if all { return nil }
            if let endpoint { return endpoint }
            return try await BrimConfiguration.load(options.directories, isNamed: options.config != nil).cloud.url
        }
    }
}
