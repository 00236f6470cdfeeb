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
    static func model(_ directories: BrimDirectories) -> String? { files(.model, directories).first }

    /// The path of the voice that speaks where nobody names one; of several, the first by name.
    static func voice(_ directories: BrimDirectories) -> String? { files(.voice, directories).first }

    /// Files of settings. Of two that set the same, the first decides.
    static func configurations(_ directories: BrimDirectories) -> [String] { files(.configuration, directories) }

    /// Changes whenever an update has done something.
    static func recordFile(_ directories: BrimDirectories) -> String { directory(directories) + "/state.json" }

    /// The files that run of a kind, in the order of their names.
    private static func files(_ kind: Release.Kind, _ directories: BrimDirectories) -> [String] {
        let places = SlotPair.installed(of: kind, in: slots(directories)).keys.sorted()
        return places.compactMap { file(kind, $0.name, directories) }
    }
}
