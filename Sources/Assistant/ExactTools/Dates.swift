internal import AssistantCore

/// Questions about dates of the Gregorian calendar, from its first day on.
struct Dates {
    /// Days since 1970-01-01.
    let today: Int

    func answer(_ tokens: [Token]) -> String? {
        let words = tokens.map(\.text)
        return dayOfTheWeek(tokens) ?? lengthOfMonth(words) ?? leapYear(words) ?? between(tokens) ?? shifted(tokens)
    }

    private func match(_ phrase: Phrase, _ tokens: [Token]) -> [String: [Token]]? {
        phrase.match(tokens) { slot, tokens in
            switch slot {
            case "N": count(Array(tokens)) != nil
            default: day(Array(tokens)) != nil
            }
        }
    }

    private func day(_ tokens: [Token]) -> Int? { DateWords.read(tokens, today: today) }

    private func count(_ tokens: [Token]) -> Int? {
        if tokens.count == 1, tokens[0].text == "a" { return 1 }
        guard let (value, length) = NumberWords.read(tokens[...]), length == tokens.count,
            let count = value.wholeNumber,
            (0...100_000).contains(count)
        else { return nil }
        return count
    }

    // MARK: Weekdays

    private static let weekdays = [
        "what|which day of the week is|was|will <D> be?", "what|which weekday is|was|will <D> be?",
        "what|which day is|was|will <D> be?", "on? what|which day of? the? week? does|did|will|is|was <D> fall on?",
        "on what|which day of? the? week? is|was <D>", "what is|was the? day of the week of|on|for <D>",
    ].map(Phrase.init)

    /// `what day of the week was 14 July 1789`
    private func dayOfTheWeek(_ tokens: [Token]) -> String? {
        for phrase in Self.weekdays {
            guard let date = match(phrase, tokens)?["D"], DateWords.isWrittenOut(date), let day = day(date) else {
                continue
            }
            return "\(Calendar.written(day)) \(day < today ? "was" : "is") a \(Calendar.weekday(day))."
        }
        return nil
    }

    // MARK: Months and years

    /// `how many days are there in February 2024`
    private func lengthOfMonth(_ words: [String]) -> String? {
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
        guard (1...2).contains(rest.count),
            let month = Calendar.months.firstIndex(where: { $0.lowercased() == rest[0] })
        else { return nil }
        let name = Calendar.months[month]
        if rest.count == 2 {
            guard let year = DateWords.year(rest[1]) else { return nil }
            return "\(name) \(year) has \(Calendar.length(month + 1, year)) days."
        }
        if month == 1 { return "February has 28 days, and 29 in a leap year." }
        return "\(name) has \(Calendar.length(month + 1, 2001)) days."
    }

    private func leapYear(_ words: [String]) -> String? {
        let asked = words.filter { !["the", "year", "a", "leap"].contains($0) }
        guard words.contains("leap"), asked.count == 2, ["is", "was", "will"].contains(asked[0]) || asked[0] == "be",
            let year = DateWords.year(asked[1])
        else { return nil }
        return Calendar.isLeap(year) ? "Yes, \(year) is a leap year." : "No, \(year) is not a leap year."
    }

    // MARK: Distances

    private static let distances = [
        "how many days are|is? there? between <D> and <D2>",
        "how many days are|is|it? there|it? from <D> to|until|till <D2>",
        "how many days is it from <D> to|until|till <D2>", "what is the number of days between <D> and <D2>",
    ].map(Phrase.init)
    private static let waits = [
        "how many days are|is? there|it|left? until|till|to <D>", "how many days are there left until|till <D>",
        "how many days is it until|till|to <D>", "how long is? it? until|till <D> in days", "how many days before <D>",
    ].map(Phrase.init)
    private static let passed = [
        "how many days is|has|are? it|there? been? since <D>", "how many days have passed|gone? by? since <D>",
        "how many days ago is|was <D>",
    ].map(Phrase.init)

    /// `how many days are between 1 May 2024 and 3 June 2024`, `… until 24 December 2026`
    private func between(_ tokens: [Token]) -> String? {
        for phrase in Self.distances {
            guard let slots = match(phrase, tokens), let start = slots["D"].flatMap(day),
                let end = slots["D2"].flatMap(day)
            else { continue }
            return "There are \(Calendar.days(abs(end - start))) between \(Calendar.written(start))"
                + " and \(Calendar.written(end))."
        }
        for phrase in Self.waits {
            let slots = phrase.match(tokens) { DateWords.next(Array($1), today: today) != nil }
            guard let day = slots?["D"].flatMap({ DateWords.next($0, today: today) }), day >= today else { continue }
            return "It is \(Calendar.days(day - today)) until \(Calendar.written(day))."
        }
        for phrase in Self.passed {
            guard let day = match(phrase, tokens)?["D"].flatMap(day), day <= today else { continue }
            return "It is \(Calendar.days(today - day)) since \(Calendar.written(day))."
        }
        return nil
    }

    private static let shifts = [
        "what|which is|was? the? date|day? is|was|will it? be? <N> days|day|weeks|week after|before|from <D>",
        "what|which date|day will be <N> days|day|weeks|week after|before|from <D>",
        "what|which is|was? the? date|day? is|was|will it? be? <N> days|day|weeks|week ago",
        "what|which is|was the? date|day <N> days|day|weeks|week ago",
        "what|which is the? date|day? in <N> days|day|weeks|week time?",
        "what|which date|day is|will it? be? in <N> days|day|weeks|week time?",
        "what|which date|day is|was <D> plus|minus <N> days|day|weeks|week",
        "add <N> days|day|weeks|week to <D>", "subtract|take <N> days|day|weeks|week from <D>",
        "count <N> days|day|weeks|week back|forward|on from <D>",
        "<N> days|day|weeks|week after|before|from <D>", "<D> plus|minus <N> days|day|weeks|week",
    ].map(Phrase.init)

    /// `what date is 30 days after 1 May 2024`
    private func shifted(_ tokens: [Token]) -> String? {
        for phrase in Self.shifts {
            guard let slots = match(phrase, tokens), let number = slots["N"].flatMap(count),
                let start = slots["D"].map({ day($0) }) ?? today
            else { continue }
            let words = tokens.map(\.text)
            // The words between the slots are the phrase's own.
            let length = words.contains("week") || words.contains("weeks") ? 7 : 1
            let isBack = !Set(words).isDisjoint(with: ["before", "ago", "minus", "subtract", "take", "back"])
            let result = start + (isBack ? -1 : 1) * number * length
            guard DateWords.isGregorian(result) else { return nil }
            return "\(Calendar.weekday(result)), \(Calendar.written(result))."
        }
        return nil
    }
}

/// Dates in words: `14 July 1789`, `July 4th, 2026`, `2024-02-29`.
enum DateWords {
    /// Days since 1970-01-01; `nil` where it is no date of the Gregorian calendar before the year 10000, or its year is
    /// written short: 89 may be 1989.
    static func read(_ tokens: [Token], today: Int) -> Int? {
        if tokens.count == 1, let step = ["today": 0, "now": 0, "tomorrow": 1, "yesterday": -1][tokens[0].text] {
            return today + step
        }
        if tokens.count == 5, tokens.map(\.isNumber) == [true, false, true, false, true], tokens[1].text == "-",
            tokens[3].text == "-", tokens[0].text.count == 4, tokens.dropFirst().allSatisfy({ !$0.isSpaced }),
            let year = Int(tokens[0].text), let month = Int(tokens[2].text), let day = Int(tokens[4].text)
        {
            return date(year, month, day)
        }
        guard let (day, month, rest) = dayAndMonth(tokens) else { return nil }
        var last = rest
        if let first = last.first, first.isSign(",") || first.text == "of" || first.text == "in" {
            last = last.dropFirst()
        }
        guard last.count == 1, let year = last.first.flatMap({ self.year($0.text) }) else { return nil }
        return date(year, month, day)
    }

    /// A date, or a day that comes every year or week: the next one from today on.
    static func next(_ tokens: [Token], today: Int) -> Int? {
        if let written = read(tokens, today: today) { return written }
        let year = Int(CivilDate(daysSince1970: Int64(today)).year)
        let named: (Int, Int)?
        if let (day, month, rest) = dayAndMonth(tokens), rest.isEmpty {
            named = (day, month)
        } else {
            named = feasts[tokens.map(\.text).filter { $0 != "the" }.joined(separator: " ")]
        }
        if let (day, month) = named {
            return [year, year + 1].lazy.compactMap { date($0, month, day) }.first { $0 >= today }
        }
        // On a Friday, nobody knows which Friday is meant.
        guard tokens.count == 1, let weekday = Calendar.days.firstIndex(where: { $0.lowercased() == tokens[0].text })
        else {
            return nil
        }
        let ahead = (weekday - (today + 3) % 7 + 7) % 7
        return ahead == 0 ? nil : today + ahead
    }

    private static let feasts: [String: (Int, Int)] = [
        "christmas": (25, 12), "christmas day": (25, 12), "christmas eve": (24, 12), "boxing day": (26, 12),
        "new year": (1, 1), "new year's": (1, 1), "new year's day": (1, 1), "new years day": (1, 1),
        "new year's eve": (31, 12), "new years eve": (31, 12), "halloween": (31, 10), "valentine's day": (14, 2),
        "valentines day": (14, 2),
    ]

    /// Whether it names a day rather than `today`.
    static func isWrittenOut(_ tokens: [Token]) -> Bool { tokens.count > 1 }

    /// A year of the Gregorian calendar, written in full.
    static func year(_ text: String) -> Int? {
        guard text.utf8.count == 4, let year = Int(text), (1_583...9_999).contains(year) else { return nil }
        return year
    }

    /// From 15 October 1582 on; what counted days before was another calendar.
    static func isGregorian(_ day: Int) -> Bool { (-141_427..<2_932_897).contains(day) }

    static func isSuffix(_ token: Token?, of number: Int) -> Bool {
        guard let token, !token.isSpaced else { return false }
        let ending = (11...13).contains(number % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][number % 10] ?? "th"
        return token.text == ending
    }

    /// `14 July`, `the 14th of July`, `July 14th`, and what follows.
    private static func dayAndMonth(_ tokens: [Token]) -> (day: Int, month: Int, rest: ArraySlice<Token>)? {
        var rest = tokens[...]
        if let first = rest.first, first.text == "on" { rest.removeFirst() }
        if let first = rest.first, first.text == "the" { rest.removeFirst() }
        if let day = takeDay(&rest) {
            if let first = rest.first, first.text == "of" { rest.removeFirst() }
            guard let month = rest.popFirst().flatMap(monthNumber) else { return nil }
            return (day, month, rest)
        }
        guard let month = rest.popFirst().flatMap(monthNumber) else { return nil }
        if let first = rest.first, first.text == "the" { rest.removeFirst() }
        guard let day = takeDay(&rest) else { return nil }
        return (day, month, rest)
    }

    private static func takeDay(_ tokens: inout ArraySlice<Token>) -> Int? {
        guard let first = tokens.first, first.isNumber, first.text.utf8.count <= 2, let day = Int(first.text),
            (1...31).contains(day)
        else { return nil }
        tokens.removeFirst()
        if isSuffix(tokens.first, of: day) { tokens.removeFirst() }
        return day
    }

    private static func monthNumber(_ token: Token) -> Int? {
        let name = token.text
        return Calendar.months.firstIndex { month in
            month.lowercased() == name || name.count == 3 && month.lowercased().hasPrefix(name)
                || name == "sept" && month == "September"
        }.map { $0 + 1 }
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...Calendar.length(month, year)).contains(day)
        else { return nil }
        let days = Int(CivilDate(year: Int64(year), month: Int64(month), day: Int64(day)).daysSince1970)
        return isGregorian(days) ? days : nil
    }
}
