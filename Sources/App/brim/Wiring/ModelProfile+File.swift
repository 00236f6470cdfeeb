import AssistantCore
import Confidence
import Foundation
import Updates

extension ModelProfile {
    /// The profile of a model: the person's own first, then one of the fleet, then the one that ships with the program.
    ///
    /// - Returns: ``none`` where there is none; `problem` says why where there should be one.
    static func load(for identity: ModelIdentity, directories: BrimDirectories) -> (
        profile: ModelProfile, problem: String?
    ) {
        let candidates = [
            directories.data + "/profiles/\(identity.name).json",
            InstalledUpdates.file(.profile, identity.name, directories),
            BrimDirectories.shipped.map { $0 + "/assets/profiles/\(identity.name).json" },
        ].compactMap(\.self)
        guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            return (none, nil)
        }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let bytes = try handle.read(upToCount: largestFile + 1) ?? Data()
            let profile = try ModelProfile(decoding: Array(bytes))
            guard profile.holds(for: identity) else {
                return (none, "\(path): it was made for another file of this name")
            }
            return (profile, nil)
        } catch let error as ModelProfileError {
            return (none, "\(path): \(error)")
        } catch {
            return (none, "\(path): \(error.localizedDescription)")
        }
    }
}
