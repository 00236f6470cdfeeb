import Configuration
import Foundation
import SystemPackage

/// One place where settings come from, read.
struct SettingLayer: Sendable {
    enum Value: Sendable, Hashable {
        case text(String)
        case list([String])

        var words: String {
            switch self {
            case .text(let text): text
            case .list(let items): items.joined(separator: ", ")
            }
        }
    }

    enum Place: Sendable, Hashable {
        case commandLine
        case environment
        case file(String)
    }

    let place: Place
    private(set) var values: [String: Value] = [:]
    private var lines: [String: Int] = [:]

    /// Where a value stands, as an editor finds it: `config.yaml:12`, `BRIM_THRESHOLD`, `--threshold`.
    func origin(of key: String) -> String {
        switch place {
        case .commandLine: CloudOptions.flags[key] ?? "the command line"
        case .environment: Self.variable(key)
        case .file(let path): lines[key].map { "\(path):\($0)" } ?? path
        }
    }

    private static func variable(_ key: String) -> String {
        "BRIM_" + key.uppercased().replacing(".", with: "_")
    }

    // MARK: - Reading

    init(commandLine values: [String: Value]) {
        place = .commandLine
        self.values = values
    }

    init(environment: [String: String]) {
        place = .environment
        let reader = ConfigReader(
            provider: EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "brim"))
        // An empty variable is one that nobody set.
        values = Self.values(reader).filter { $1 != .text("") }
    }

    /// `nil` where there is no such file. Throws ``CommandFailure``, naming the line, where it cannot be understood or has
    /// a key that means nothing.
    init?(file path: String, mayBeMissing: Bool) async throws {
        let text: String
        do {
            guard mayBeMissing == false || FileManager.default.fileExists(atPath: path) else { return nil }
            text = try String(contentsOfFile: path, encoding: .utf8)
            let provider = try await FileProvider<YAMLSnapshot>(filePath: FilePath(path))
            values = Self.values(ConfigReader(provider: provider))
        } catch {
            throw CommandFailure("the configuration \(path) cannot be read: \(Self.reason(error))")
        }
        place = .file(path)
        let found = SettingLines(text)
        lines = found.numbers
        for key in found.leaves where Setting.byKey[key] == nil {
            throw CommandFailure("\(origin(of: key)): there is no setting \(key)\(Self.advice(key))")
        }
        for key in found.leaves where values[key] == nil {
            throw CommandFailure("\(origin(of: key)): \(key) has to be one value, or a list of values")
        }
    }

    private static func values(_ reader: ConfigReader) -> [String: Value] {
        var values: [String: Value] = [:]
        for setting in Setting.all {
            let key = ConfigKey(setting.key)
            if let text = reader.string(forKey: key) {
                values[setting.key] = .text(text)
            } else if let list = reader.stringArray(forKey: key) {
                values[setting.key] = .list(list)
            }
        }
        return values
    }

    private static func reason(_ error: any Error) -> String {
        String(describing: error).split(separator: "\n").prefix(3).joined(separator: " ")
    }

    /// The setting that was probably meant.
    private static func advice(_ key: String) -> String {
        let nearest = Setting.all.map { ($0.key, distance(key, $0.key)) }.min { $0.1 < $1.1 }
        guard let (name, distance) = nearest, distance <= 3 else { return "; `brim config` lists those there are" }
        return "; is it \(name)?"
    }

    /// Letters to insert, delete or replace.
    private static func distance(_ first: String, _ second: String) -> Int {
        let other = Array(second)
        var row = Array(0...other.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (other[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
