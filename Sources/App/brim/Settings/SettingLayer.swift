import Configuration
import Foundation

/// One place where settings come from, read.
struct SettingLayer: Sendable, Equatable {
    enum Value: Sendable, Hashable {
        case text(String)
        case list([String])

        var words: String {
            switch self {
            case .text(let text): text
            case .list(let items): items.joined(separator: ", ")
            }
        }

        /// The items of a list, also of one that stands in a variable with commas.
        var items: [String] {
            switch self {
            case .text(""): []
            case .text(let text): text.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
            case .list(let items): items
            }
        }
    }

    enum Place: Sendable, Hashable {
        case commandLine
        case environment
        case file(String)
        /// The file of whoever runs this machine: what it locks, nobody else unlocks.
        case systemFile(String)
    }

    let place: Place
    private(set) var values: [String: Value] = [:]
    private var lines: [String: Int] = [:]
    /// The first thing that cannot be, as a sentence; `nil` where all can. What else is set is in ``values`` all the same,
    /// so that a lock beside a mistake is seen.
    private(set) var problem: String?

    var isSystem: Bool { if case .systemFile = place { true } else { false } }

    /// Where a value stands, as an editor finds it: `config.yaml:12`, `BRIM_THRESHOLD`, `--threshold`.
    func origin(of key: String) -> String {
        switch place {
        case .commandLine: Setting.flags[key] ?? "the command line"
        case .environment: Setting.variable(key)
        case .file(let path), .systemFile(let path): lines[key].map { "\(path):\($0)" } ?? path
        }
    }

    // MARK: - Reading

    init(commandLine values: [String: Value]) {
        place = .commandLine
        self.values = values
    }

    /// Every variable of Brim is a setting, or one of the few that are not; one that is neither is a ``problem``.
    init(environment: [String: String]) {
        place = .environment
        let reader = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "brim"))
        for setting in Setting.all {
            guard let text = reader.string(forKey: ConfigKey(setting.key)) else { continue }
            // An empty variable is one that nobody set; of a lock nobody may guess that.
            if !text.isEmpty {
                values[setting.key] = .text(text)
            } else if setting.combination.isLock {
                problem = problem ?? "\(Setting.variable(setting.key)) is empty; say true or false, or unset it"
            }
        }
        let unknown = environment.keys.sorted().first { name in
            name.uppercased().hasPrefix("BRIM_") && environment[name] != "" && !Setting.variables.contains(name)
        }
        guard let unknown else { return }
        let key = unknown.dropFirst("BRIM_".count).lowercased()
        let meant = Setting.all.first { $0.key.replacing(".", with: "_") == key }?.key
        let advice = meant.map { "; is it \(Setting.variable($0))?" } ?? Setting.advice(key) { Setting.variable($0) }
        problem = problem ?? "the environment: there is no setting \(Setting.nameable(unknown))\(advice)"
    }

    /// `nil` where there is no such file.
    init?(file path: String, isSystem: Bool) {
        guard let file = SettingsFile(path: path) else { return nil }
        self.init(file, path: path, isSystem: isSystem)
    }

    /// What an update of a fleet brought, as it was before it was taken: nothing that a fleet may not set, and nothing that
    /// cannot be. Where it is otherwise all the same, such as after a step back to an older Brim, it stops nothing: its locks
    /// hold, and the rest does not. `nil` where there is no such file.
    init?(ofFleet path: String) {
        self.init(file: path, isSystem: false)
        guard SettingLayer.obstacle(toFleet: self) != nil else { return }
        values = values.filter { key, value in
            guard case .text(let text) = value else { return false }
            return Setting.byKey[key]?.combination.isLock == true && Setting.isForFleet(key)
                && ["true", "false"].contains(text)
        }
        problem = nil
    }

    /// Why a fleet may not bring these settings, as a sentence; `nil` where it may.
    static func obstacle(toFleet layer: SettingLayer) -> String? {
        if let problem = layer.problem { return problem }
        if let key = layer.values.keys.sorted().first(where: { !Setting.isForFleet($0) }) {
            return "\(layer.origin(of: key)): \(key) is set on each device, and by no update"
        }
        do {
            _ = try BrimConfiguration(SettingValues(layers: [layer]))
            return nil
        } catch {
            return "\(error)"
        }
    }

    init(_ file: SettingsFile, path: String, isSystem: Bool) {
        place = isSystem ? .systemFile(path) : .file(path)
        (values, lines, problem) = (file.values, file.lines, file.problem)
    }
}
