internal import Foundation
package import Subprocess

/// What a child process gets to see of this one's environment: enough to run, and no secret.
///
/// What may pass is listed; a variable that nobody thought of, such as a key for the cloud, stays here.
package enum ChildEnvironment {
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
        "LD_LIBRARY_PATH",
    ]

    /// The variables of `environment` that a child may have.
    package static func minimal(_ environment: [String: String]) -> [String: String] {
        environment.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
    }
}

extension Subprocess.Environment {
    /// What a child may have of an environment, and what is added to it.
    ///
    /// - Parameter inherited: `nil` for the environment of this process.
    package static func minimal(
        of inherited: [String: String]? = nil, adding additions: [String: String] = [:]
    ) -> Subprocess.Environment {
        var variables: [Key: String] = [:]
        let minimal = ChildEnvironment.minimal(inherited ?? ProcessInfo.processInfo.environment)
        for (name, value) in minimal.merging(additions, uniquingKeysWith: { $1 }) {
            if let key = Key(rawValue: name) { variables[key] = value }
        }
        return .custom(variables)
    }
}
