import AssistantCore

/// Dates as HTTP writes them: `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, 5.6.7, the preferred form).
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `nil` for anything else than a date of that form.
    static func read(_ text: String) -> Timestamp? {
        let parts = text.split { $0 == " " || $0 == "," || $0 == ":" }
        guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            let day = number(parts[1], in: 1...31), let year = number(parts[3], in: 1970...9999),
            let hour = number(parts[4], in: 0...23), let minute = number(parts[5], in: 0...59),
            let second = number(parts[6], in: 0...60)
        else { return nil }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return Timestamp(millisecondsSince1970: Int64(seconds) * 1000)
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
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
