import ChatUI

extension KioskRules {
    /// A screen that anybody may walk up to (`kiosk.…`).
    init(_ values: SettingValues) throws {
        self.init()
        if let digits = try values.string("kiosk.pin") {
            guard (4...32).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                // The digits themselves are nobody's business.
                throw values.wrong("kiosk.pin", "4 to 32 digits")
            }
            pin = digits
        }
        if let seconds = try values.int("kiosk.idle_seconds", in: 10...86_400) { idle = .seconds(seconds) }
        // Whoever reads slowly needs time to find a key.
        if let seconds = try values.int("kiosk.warning_seconds", in: 5...600) { warning = .seconds(seconds) }
    }
}
