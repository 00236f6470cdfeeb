import Foundation

/// The program under test: the debug build beside the tests, with data and configuration directories of its own.
enum Brim {
    /// The package's root directory.
    static let root: String = {
        var directory = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: directory.appendingPathComponent("Package.swift").path) {
            directory.deleteLastPathComponent()
        }
        return directory.path
    }()

    static let executable = root + "/.build/debug/brim"
    static let model = root + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"

    /// An environment in which the program sees nothing of the person who runs the tests, and answers with the small
    /// model, whatever else is here: with one named, no other is fetched.
    static func environment() -> [String: String] {
        let home = NSTemporaryDirectory() + "brim-home-" + UUID().uuidString
        // What steers the tests is no setting of the program.
        let steering = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("BRIM_") }
        return [
            "HOME": home, "XDG_DATA_HOME": home + "/data", "XDG_CONFIG_HOME": home + "/config", "NEBIUS_API_KEY": "",
            "SSH_CONNECTION": "", "SSH_TTY": "", "XDG_STATE_HOME": home + "/state", "NO_COLOR": "", "BRIM_KERNELS": "",
            "BRIM_MODEL": "smollm2-135m",
        ].merging(steering.map { ($0, "") }) { own, _ in own }
    }

    static func run(_ arguments: String..., input: String? = nil, environment extra: [String: String] = [:]) throws
        -> Shell.Result
    {
        try Shell.run(executable, arguments, input: input, environment: environment().merging(extra) { $1 })
    }

    /// The JSON objects of an output of one object a line.
    static func objects(_ output: String) throws -> [[String: Any]] {
        try output.split(separator: "\n").map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw Tmux.Failure(description: "no JSON object: \(line)")
            }
            return object
        }
    }
}
