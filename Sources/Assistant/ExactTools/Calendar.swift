internal import AssistantCore

/// Days, months and dates.
enum Calendar {
    static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    static func answer(_ question: Question, now: Timestamp) -> ExactAnswer? {
        let today = Int(now.millisecondsSince1970.floorDivided(by: 86_400_000))
        let text =
            CalendarNames.answer(question.tokens) ?? relativeDay(question.words, today)
            ?? Dates(today: today).answer(question.tokens) ?? partsOfYear(question.words)
        return text.map { ExactAnswer(.calendar, $0) }
    }

    /// `how many days are in a year`
    private static func partsOfYear(_ words: [String]) -> String? {
        let telling = words.filter {
            !["are", "there", "does", "have", "has", "in", "a", "an", "one", "the"].contains($0)
        }
        switch telling {
        case ["how", "many", "days", "year"]: return "A year has 365 days, and 366 in a leap year."
        case ["how", "many", "days", "leap", "year"]: return "A leap year has 366 days."
        case ["how", "many", "months", "year"]: return "A year has 12 months."
        case ["how", "many", "weeks", "year"]: return "A year has 52 weeks and a day, or two in a leap year."
        default: return nil
        }
    }

    private static func relativeDay(_ words: [String], _ today: Int) -> String? {
        let asked = words.filter { !["the", "it", "of", "week"].contains($0) }
        let named = ["yesterday": -1, "today": 0, "tomorrow": 1]
        switch asked {
        case ["what", "day", "is"], ["what", "is", "day"],
            ["what", "is", "today's", "day"]:
            return "Today is \(weekday(today))."
        case ["what", "is", "date"], ["what", "date", "is"], ["what", "is", "today's", "date"],
            ["what", "is", "date", "today"], ["what", "date", "is", "today"]:
            return "Today is \(weekday(today)), \(written(today))."
        case ["what", "year", "is"], ["which", "year", "is"], ["what", "is", "year"]:
            return "It is \(CivilDate(daysSince1970: Int64(today)).year)."
        case ["what", "month", "is"], ["which", "month", "is"]:
            return "It is \(months[Int(CivilDate(daysSince1970: Int64(today)).month) - 1])."
        default:
            guard asked.count == 4, asked[0] == "what", ["day", "date"].contains(asked[1]),
                ["is", "was", "will"].contains(asked[2]) || asked[2] == "be", let step = named[asked[3]]
            else { return nil }
            let day = today + step
            return "\(asked[3].capitalisedFirst) \(step < 0 ? "was" : "is") \(weekday(day)), \(written(day))."
        }
    }

    // MARK: Counting

    static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    static func length(_ month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    static func weekday(_ day: Int) -> String {
        // 1970-01-01 was a Thursday.
        days[((day + 3) % 7 + 7) % 7]
    }

    static func written(_ day: Int) -> String {
        let date = CivilDate(daysSince1970: Int64(day))
        return "\(date.day) \(months[Int(date.month) - 1]) \(date.year)"
    }

    static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
