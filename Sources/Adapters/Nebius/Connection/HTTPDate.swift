import AssistantCore

/// Dates as HTTP writes them, in the form that is preferred and the two old ones that every reader has to know
/// (RFC 9110, 5.6.7): `Wed, 21 Oct 2015 07:28:00 GMT`, `Wednesday, 21-Oct-15 07:28:00 GMT`, `Wed Oct 21 07:28:00 2015`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `nil` for anything else than a date of those forms. `now` says which century a year of two digits is in: the one
    /// in which it is not more than 50 years ahead.
    static func read(_ text: String, now: Timestamp) -> Timestamp? {
        let parts = text.split { $0 == " " || $0 == "," || $0 == ":" || $0 == "-" }.map(String.init)
        if parts.count == 8, parts[7] == "GMT" {
            guard let written = number(parts[3], in: 0...9999) else { return nil }
            let year = parts[3].count == 2 ? year(ofTwoDigits: written, now: now) : written
            return date(year: year, month: parts[2], day: parts[1], time: parts[4...6])
        }
        guard parts.count == 7, let year = number(parts[6], in: 1970...9999) else { return nil }
        return date(year: year, month: parts[1], day: parts[2], time: parts[3...5])
    }

    private static func date(year: Int, month: String, day: String, time: ArraySlice<String>) -> Timestamp? {
        let time = Array(time)
        guard let month = months.firstIndex(of: month), let day = number(day, in: 1...31),
            let hour = number(time[0], in: 0...23), let minute = number(time[1], in: 0...59),
            let second = number(time[2], in: 0...60), (1970...9999).contains(year)
        else { return nil }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return Timestamp(millisecondsSince1970: Int64(seconds) * 1000)
    }

    private static func year(ofTwoDigits digits: Int, now: Timestamp) -> Int {
        let thisYear = 1970 + Int(now.millisecondsSince1970 / 31_556_952_000)
        let year = thisYear - thisYear % 100 + digits
        return year > thisYear + 50 ? year - 100 : year
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.count <= 4, let number = Int(text), range.contains(number) else { return nil }
        return number
    }

    /// Days of the Gregorian calendar. Years are taken to begin in March, so that a leap day is a year's last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let leapDays = year / 4 - year / 100 + year / 400
        let monthsSinceMarch = (month + 9) % 12
        let daysBeforeMonth = (153 * monthsSinceMarch + 2) / 5
        let daysUntil1970 = 719_468
        return 365 * year + leapDays + daysBeforeMonth + day - 1 - daysUntil1970
    }
}
