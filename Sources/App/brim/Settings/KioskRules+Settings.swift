import ChatUI
import Foundation
import Kiosk

extension KioskRules {
    /// A screen that anybody may walk up to (`kiosk.…`).
    init(_ values: SettingValues) throws {
        self.init()
        if let text = try values.string("kiosk.pin") {
            guard PINHash(text) != nil else {
                throw values.wrong(
                    "kiosk.pin", "what `brim kiosk set-pin --print` prints; digits are not kept in the clear")
            }
            hasPIN = true
        }
        if let seconds = try values.int("kiosk.idle_seconds", in: 10...86_400) { idle = .seconds(seconds) }
        // Whoever reads slowly needs time to find a key.
        if let seconds = try values.int("kiosk.warning_seconds", in: 5...600) { warning = .seconds(seconds) }
    }
}

extension PINHash {
    /// The kiosk's PIN: of the configuration, else of the file that `brim kiosk set-pin` has written; `nil` where there is
    /// none. Throws ``CommandFailure`` where there is one that cannot be used.
    static func configured(_ configuration: BrimConfiguration, _ directories: BrimDirectories) throws -> PINHash? {
        if let text = configuration.kioskPIN { return PINHash(text) }
        let path = directories.kioskPIN
        var status = stat()
        guard unsafe stat(path, &status) == 0 || errno != ENOENT else { return nil }
        let bytes = try InputFile.bytes(path, upTo: 1_024)
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let hash = PINHash(text) else {
            throw CommandFailure("\(path) is not what `brim kiosk set-pin` writes; run it again")
        }
        return hash
    }
}
