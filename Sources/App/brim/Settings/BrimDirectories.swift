import Foundation

/// Where Brim keeps things, by the XDG base directory rules.
struct BrimDirectories {
    /// Conversations, cache, audit, fetched models: `$XDG_DATA_HOME/brim`.
    let data: String
    /// The configuration file: `$XDG_CONFIG_HOME/brim/config.yaml`.
    let configuration: String
    /// The log of the full screen: `$XDG_STATE_HOME/brim`.
    let state: String
    /// What `brim kiosk set-pin` writes, beside the configuration.
    var kioskPIN: String { (configuration as NSString).deletingLastPathComponent + "/kiosk.pin" }

    init(
        dataDirectory: String?, configuration: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        let home = environment["HOME"] ?? NSHomeDirectory()
        func base(_ variable: String, _ fallback: String) -> String {
            // The specification has relative paths ignored.
            if let value = environment[variable], value.hasPrefix("/") { return value }
            return home + "/" + fallback
        }
        self.data = dataDirectory ?? base("XDG_DATA_HOME", ".local/share") + "/brim"
        state = base("XDG_STATE_HOME", ".local/state") + "/brim"
        self.configuration = configuration ?? base("XDG_CONFIG_HOME", ".config") + "/brim/config.yaml"
    }

    /// The directory that holds what ships with the program (`models/catalogue.json`, `assets/`): the nearest one above the
    /// executable, or `../share/brim` beside an installed one.
    static let shipped: String? = {
        guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        var directory = (executable as NSString).deletingLastPathComponent
        for _ in 0..<6 {
            for candidate in [directory, directory + "/share/brim"]
            where FileManager.default.fileExists(atPath: candidate + "/models/catalogue.json") {
                return candidate
            }
            directory = (directory as NSString).deletingLastPathComponent
        }
        return nil
    }()
}
