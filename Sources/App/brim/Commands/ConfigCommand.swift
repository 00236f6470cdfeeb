import ArgumentParser
import Foundation

/// `brim config`: every setting, what it stands at, and where that comes from.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Every setting, what it stands at, and where that comes from.",
        discussion: """
            What the command line says goes over the environment (BRIM_THRESHOLD for threshold), that over the person's \
            file (~/.config/brim/config.yaml, or --config), that over what brim update brought, that over \
            /etc/brim/config.yaml, and that over the defaults. \
            A key or a value that cannot be is an error which names its line.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var cloud: CloudOptions
    @Flag(help: "One JSON object a line.") var json = false

    private struct Entry: Encodable {
        var key: String
        var value: String
        var origin: String
        var meaning: String
    }

    func run() async throws {
        let values = try await BrimConfiguration.values(
            options.directories, isNamed: options.config != nil, flags: cloud.layer)
        // What cannot be said is said here too.
        _ = try BrimConfiguration(values)
        let entries = Setting.all.map { setting in
            let value = values.value(of: setting.key)?.words
            return Entry(
                key: setting.key, value: setting.isSecret && value != nil ? "(set)" : value ?? setting.fallback,
                origin: values.origin(of: setting.key) ?? "default", meaning: setting.meaning)
        }
        guard !json else { return try entries.forEach { try JSONLines.write($0) } }
        let keyWidth = entries.map(\.key.count).max() ?? 0
        let valueWidth = min(44, entries.map(\.value.count).max() ?? 0)
        for entry in entries {
            let key = entry.key.padding(toLength: keyWidth, withPad: " ", startingAt: 0)
            let missing = max(0, valueWidth - entry.value.count)
            try Terminal.writeLine("\(key)  \(entry.value)\(String(repeating: " ", count: missing))  \(entry.origin)")
        }
    }
}
