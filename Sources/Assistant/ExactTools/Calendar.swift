internal import AssistantCore

/// Days, months and dates.
enum Calendar {
    static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    static func answer(_ question: Question, now: Timestamp) -> ExactAnswer? {
        let words = question.words
        let today = Int(now.millisecondsSince1970.floorDivided(by: 86_400_000))
        let text =
            neighbour(words) ?? numberedMonth(words) ?? partsOfYear(words) ?? relativeDay(words, today) ?? dayOfTheWeek(
                words, today) ?? lengthOfMonth(words)
            ?? leapYear(words) ?? between(words, today) ?? shifted(words, today)
        return text.map { ExactAnswer(.calendar, $0) }
    }

    // MARK: Names

    /// Words that a question for a neighbour may hold, whatever it says; all others must be understood.
    private static let fillers: Set<String> = [
        "which", "what", "what's", "is", "was", "the", "day", "days", "month", "months", "weekday", "of", "week",
        "comes",
        "come", "came", "that", "next", "it", "to", "right", "directly", "immediately", "just", "name", "be", "will",
        "if", ",", ".",
    ]
    private static let directions = [
        "after": 1, "follows": 1, "following": 1, "before": -1, "precedes": -1, "preceding": -1,
    ]
    private static let starters: Set<String> = [
        "which", "what", "what's", "name", "if", "today", "yesterday", "tomorrow", "the", "after", "before",
    ]
    private static let relatives = ["tomorrow": 1, "yesterday": -1]

    /// `which day comes after Friday`, `what day is two days before Monday`, `if today is Monday, what day is tomorrow`
    private static func neighbour(_ words: [String]) -> String? {
        guard starters.contains(words.first ?? "") else { return nil }
        let telling = words.filter { !fillers.contains($0) }
        let (name, step): (String, Int)
        switch telling.count {
        case 2:
            guard let direction = directions[telling[0]] else { return nil }
            (name, step) = (telling[1], direction)
        case 3 where telling[0] == "today":
            guard let direction = relatives[telling[2]] else { return nil }
            (name, step) = (telling[1], direction)
        case 3 where telling[2] == "today":
            guard let direction = relatives[telling[0]] else { return nil }
            (name, step) = (telling[1], -direction)
        case 3:
            guard let direction = directions[telling[1]], let count = count(telling[0]) else { return nil }
            (name, step) = (telling[2], direction * count)
        default: return nil
        }
        let isMonth = months.contains { $0.lowercased() == name }
        guard !words.contains(isMonth ? "day" : "month"), !words.contains(isMonth ? "days" : "months") else {
            return nil
        }
        let names = isMonth ? months : days
        guard let place = names.firstIndex(where: { $0.lowercased() == name }) else { return nil }
        let found = names[((place + step) % names.count + names.count) % names.count]
        let distance = abs(step) == 1 ? "" : "\(abs(step)) \(isMonth ? "months" : "days") "
        let beginning = distance.isEmpty ? "The \(isMonth ? "month" : "day") " : distance.capitalisedFirst
        return "\(beginning)\(step > 0 ? "after" : "before") \(names[place]) is \(found)."
    }

    /// A small number in digits or in a word.
    private static func count(_ word: String) -> Int? {
        if let number = Int(word) { return (1...1_000).contains(number) ? number : nil }
        return NumberWords.read([.word(word)], first: word)?.value
    }

    private static let ordinals = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ]

    /// `what is the third month of the year`, `which month is number 3`
    private static func numberedMonth(_ words: [String]) -> String? {
        guard words.contains("month"), ["which", "what", "what's", "name"].contains(words.first ?? "") else {
            return nil
        }
        let telling = words.filter { !fillers.contains($0) && $0 != "year" }
        let number: Int?
        switch telling.count {
        case 1 where telling[0] == "last": number = 12
        case 1: number = ordinals.firstIndex(of: telling[0]).map { $0 + 1 }
        case 2 where telling[0] == "number": number = Int(telling[1])
        case 2 where ["st", "nd", "rd", "th"].contains(telling[1]): number = Int(telling[0])
        default: number = nil
        }
        guard let number, (1...12).contains(number) else { return nil }
        return "Month number \(number) of the year is \(months[number - 1])."
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
        case ["what", "is", "date"], ["what's", "date"], ["what", "date", "is"], ["what's", "today's", "date"],
            ["what", "is", "today's", "date"], ["what", "is", "date", "today"], ["what", "date", "is", "today"],
            ["what's", "date", "today"]:
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

    // MARK: Dates

    /// `what day of the week was 14 July 1789`
    private static func dayOfTheWeek(_ words: [String], _ today: Int) -> String? {
        let beginnings = [
            ["what", "day", "of", "the", "week"], ["which", "day", "of", "the", "week"], ["what", "weekday"],
            ["which", "weekday"], ["what", "day"],
        ]
        guard let beginning = beginnings.first(where: { words.starts(with: $0) }) else { return nil }
        var rest = words.dropFirst(beginning.count)
        guard let verb = rest.popFirst(), ["is", "was", "will"].contains(verb) else { return nil }
        if rest.last == "be" { rest = rest.dropLast() }
        guard let day = DateWords.read(Array(rest)) else { return nil }
        return "\(written(day)) \(day < today ? "was" : "is") a \(weekday(day))."
    }

    /// `how many days are there in February 2024`
    private static func lengthOfMonth(_ words: [String]) -> String? {
        var words = words
        if words.starts(with: ["what", "is", "the", "number", "of", "days"]) {
            words.replaceSubrange(..<5, with: ["how", "many"])
        }
        if words.suffix(4) == ["has", "how", "many", "days"] { words = ["how", "many", "days"] + words.dropLast(4) }
        let isLong = words.starts(with: ["how", "long", "is"]) && words.suffix(2) == ["in", "days"]
        guard words.starts(with: ["how", "many", "days"]) || isLong else { return nil }
        var rest = words.dropFirst(3).dropLast(isLong ? 2 : 0).filter {
            !["are", "there", "does", "have", "has", "in", "of", "the"].contains($0)
        }
        if rest.first == "month" { rest.removeFirst() }
        guard (1...2).contains(rest.count), let month = months.firstIndex(where: { $0.lowercased() == rest[0] }) else {
            return nil
        }
        if rest.count == 2 {
            guard let year = Int(rest[1]), (1...9999).contains(year) else { return nil }
            return "\(months[month]) \(year) has \(length(month + 1, year)) days."
        }
        if month == 1 { return "February has 28 days, and 29 in a leap year." }
        return "\(months[month]) has \(length(month + 1, 2001)) days."
    }

    private static func leapYear(_ words: [String]) -> String? {
        let asked = words.filter { !["the", "year", "a", "leap"].contains($0) }
        guard words.contains("leap"), asked.count == 2, ["is", "was", "will"].contains(asked[0]),
            let year = Int(asked[1]), (1...9999).contains(year)
        else { return nil }
        return isLeap(year) ? "Yes, \(year) is a leap year." : "No, \(year) is not a leap year."
    }

    /// `how many days are between 1 May 2024 and 3 June 2024`, `… until 24 December 2026`
    private static func between(_ words: [String], _ today: Int) -> String? {
        guard words.starts(with: ["how", "many", "days"]) else { return nil }
        var rest = words.dropFirst(3)
        while let first = rest.first, ["are", "there", "is", "it"].contains(first) { rest = rest.dropFirst() }
        if rest.first == "between" || rest.first == "from" {
            let joint = rest.first == "between" ? "and" : "to"
            let dates = rest.dropFirst().split(separator: joint, maxSplits: 1)
            guard dates.count == 2, let start = DateWords.read(Array(dates[0])),
                let end = DateWords.read(Array(dates[1]))
            else { return nil }
            return "There are \(days(abs(end - start))) between \(written(start)) and \(written(end))."
        }
        guard let word = rest.first, ["until", "till", "since"].contains(word),
            let day = DateWords.read(Array(rest.dropFirst())), (word == "since") == (day <= today)
        else { return nil }
        return "It is \(days(abs(day - today))) \(word) \(written(day))."
    }

    /// `what date is 30 days after 1 May 2024`
    private static func shifted(_ words: [String], _ today: Int) -> String? {
        var rest = words[...]
        guard let first = rest.popFirst(), ["what", "which"].contains(first) else { return nil }
        if rest.first == "is" { rest = ["date"] + rest }
        guard let kind = rest.popFirst(), ["date", "day"].contains(kind), ["is", "was"].contains(rest.popFirst()) else {
            return nil
        }
        guard let count = rest.popFirst().flatMap({ Int($0) }), (0...100_000).contains(count) else { return nil }
        guard let unit = rest.popFirst(), let length = ["day": 1, "days": 1, "week": 7, "weeks": 7][unit] else {
            return nil
        }
        let step = count * length
        if rest == ["ago"] { return "\(weekday(today - step)), \(written(today - step))." }
        guard let direction = rest.popFirst(), ["after", "before", "from"].contains(direction) else { return nil }
        let isRelative = ["today", "now"].contains(rest.first) && rest.count == 1
        guard let start = isRelative ? today : DateWords.read(Array(rest)) else { return nil }
        let day = direction == "before" ? start - step : start + step
        return "\(weekday(day)), \(written(day))."
    }

    // MARK: Counting

    static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    static func length(_ month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private static func weekday(_ day: Int) -> String {
        // 1970-01-01 was a Thursday.
        days[((day + 3) % 7 + 7) % 7]
    }

    private static func written(_ day: Int) -> String {
        let date = CivilDate(daysSince1970: Int64(day))
        return "\(date.day) \(months[Int(date.month) - 1]) \(date.year)"
    }

    private static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }
}

/// Dates in words: `14 July 1789`, `July 4th, 2026`, `2024-02-29`.
enum DateWords {
    /// Days since 1970-01-01; `nil` where it is no date of the years 1 … 9999.
    static func read(_ words: [String]) -> Int? {
        let parts = words.filter { !["the", "of", ",", "on", "st", "nd", "rd", "th"].contains($0) }
        let numbers = parts.map { Int($0) }
        if parts.count == 5, parts[1] == "-", parts[3] == "-", parts[0].count == 4,
            let year = numbers[0], let month = numbers[2], let day = numbers[4]
        {
            return date(year, month, day)
        }
        guard parts.count == 3, let year = numbers[2] else { return nil }
        if let day = numbers[0], let month = month(parts[1]) { return date(year, month, day) }
        if let day = numbers[1], let month = month(parts[0]) { return date(year, month, day) }
        return nil
    }

    private static func month(_ name: String) -> Int? {
        Calendar.months.firstIndex { $0.lowercased() == name || name.count == 3 && $0.lowercased().hasPrefix(name) }
            .map { $0 + 1 }
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Calendar.length(month, year)).contains(day)
        else {
            return nil
        }
        return Int(CivilDate(year: Int64(year), month: Int64(month), day: Int64(day)).daysSince1970)
    }
}

extension String {
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
