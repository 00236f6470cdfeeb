import AssistantCore
import Foundation

/// The time zone of this device as the C library reads it from `TZ`: a name, a name behind a colon, a file, or the rules
/// themselves (`CET-1CEST,M3.5.0,M10.5.0/3`). Foundation knows the first alone, and takes UTC for the rest.
enum LocalTime {
    /// How far local time is ahead of UTC at a moment.
    static func offset(at moment: Timestamp) -> Duration {
        var seconds = time_t(moment.millisecondsSince1970 / 1_000)
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return .zero }
        return unsafe .seconds(local.tm_gmtoff)
    }
}
