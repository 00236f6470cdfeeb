import Foundation
import Updates

/// What updates have put on this device, for those who use it.
enum InstalledUpdates {
    static func directory(_ directories: BrimDirectories) -> String { directories.data + "/updates" }
    static func slots(_ directories: BrimDirectories) -> String { directory(directories) + "/slots" }
    static func metadata(_ directories: BrimDirectories) -> String { directory(directories) + "/metadata" }

    /// The file that runs of a kind and name; `nil` where none was installed.
    static func file(_ kind: Release.Kind, _ name: String, _ directories: BrimDirectories) -> String? {
        SlotPair(RolloutPlan.Place(kind: kind, name: name), in: slots(directories)).currentFile
    }

    /// The path of the model that answers where nobody names one; of several, the first by name.
    static func model(_ directories: BrimDirectories) -> String? {
        SlotPair.installed(in: slots(directories)).keys.filter { $0.kind == .model }.min()
            .flatMap { file(.model, $0.name, directories) }
    }
}
