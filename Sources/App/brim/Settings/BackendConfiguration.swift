import Backends
import Hat

extension BrimConfiguration {
    /// Where on this device answers are made.
    struct OwnBackend: Sendable, Equatable {
        var wish = BackendPreference.auto
        var goal = BackendGoal.latency
        var address: HatAddress
        /// As hailo-ollama names it; `nil` for the first that it has.
        var model: String?

        init(_ values: SettingValues) throws {
            wish = try values.choice("backend") ?? wish
            goal = try values.choice("backend_goal") ?? goal
            do {
                address = try HatAddress(try values.string("hat.url") ?? HatAddress.standard)
            } catch let error as HatError {
                throw values.wrong("hat.url", "an address of this device: \(error)")
            }
            model = try values.string("hat.model")
        }
    }
}
