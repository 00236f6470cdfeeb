import ArgumentParser
import AssistantCore
import Foundation

/// `brim doctor`: one page that says what is well, what is not, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "What is well on this device, what is not, and what to do about it.",
        discussion: """
            Looks at the terminal, the microphone (two seconds of it), the voice and the \
            speaker (a moment of silence), the models, the processor, the HAT+, the settings \
            of the cloud, the budget, the store and the audit log. The cloud is not connected to.

            --online also asks the cloud's address for the list of its models. That shows it this device and the key, and no \
            word of a conversation; it is recorded in the audit log, and not done under local-only.

            Exit codes: 0 all is well, 3 there is a warning, 1 something fails.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cloud: CloudOptions
    @Flag(help: "A JSON object.") var json = false
    @Flag(help: "Also connect to the cloud and ask which models it has.") var online = false

    private struct Report: Encodable {
        var worst: Finding.Verdict
        var sections: [DoctorSection]
    }

    func run() async throws {
        let sections = await examine()
        let worst = sections.flatMap(\.findings).map(\.verdict).max() ?? .ok
        if json {
            try JSONLines.write(Report(worst: worst, sections: sections))
        } else if Terminal.outputIsTerminal, ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty {
            try Terminal.writeRaw(DoctorPage(sections, columns: Terminal.outputColumns).colouredText)
        } else {
            try Terminal.write(DoctorPage(sections, columns: Terminal.outputColumns).text)
        }
        switch worst {
        case .ok: return
        case .warning: throw ExitCode(3)
        case .failure: throw ExitCode(1)
        }
    }

    private func examine() async -> [DoctorSection] {
        var configuration: BrimConfiguration?
        var settings = Finding("settings", .ok, "They can be understood.")
        do {
            configuration = try await BrimConfiguration.load(
                options.directories, isNamed: options.config != nil, flags: cloud.layer)
        } catch {
            settings = Finding("settings", .failure, "\(error)", nextStep: "correct that line; brim config lists all")
        }
        var sections = [
            DoctorSection("settings", [settings]), DoctorSection("terminal", await TerminalCheck().findings),
            DoctorSection("device", await DeviceCheck().findings()),
            DoctorSection("models", ModelsCheck(options: options, inUse: await modelInUse()).findings),
        ]
        guard let configuration else { return sections }
        sections += [
            DoctorSection("audio", await AudioCheck(voice: configuration.voice).findings()),
            DoctorSection(
                "speech", await SpeakingCheck(options: options, settings: configuration.voice).findings()),
            DoctorSection("HAT+", await HatCheck(configuration: configuration.backend).findings()),
            DoctorSection(
                "cloud",
                await CloudCheck(configuration: configuration, directories: online ? options.directories : nil)
                    .findings()),
            DoctorSection(
                "store", await StoreCheck(configuration: configuration, directories: options.directories).findings()),
            DoctorSection("updates", await UpdatesCheck(options: options).findings()),
        ]
        return sections
    }

    /// What answers; the small one where the settings do not say, which is told elsewhere.
    private func modelInUse() async -> String {
        (try? await options.modelName()) ?? ModelSelection.small
    }
}
