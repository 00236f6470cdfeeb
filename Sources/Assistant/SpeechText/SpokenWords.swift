/// Numbers, dates, times, money, units, addresses and signs as people say them. A word at a time, with a look at its
/// neighbours; cardinal numbers stay digits, which every program that makes phonemes can read.
struct SpokenWords: Sendable {
    /// Whether words may be written out; otherwise only what cannot be said falls away.
    let isEnglish: Bool

    /// A longer word is announced and not said.
    private static let longestWord = 48

    /// The words of a clause, one blank apart.
    func spoken(_ text: String) -> String {
        var words = Self.speakable(text).split(separator: " ").map { word in
            word.count > Self.longestWord && !word.contains("://") ? "a long word" : String(word)
        }
        guard isEnglish else { return words.joined(separator: " ") }
        words = words.flatMap(Self.separated)
        var said: [String] = []
        var index = 0
        while index < words.count {
            let place = WordPlace(words: words, index: index, previous: said.last ?? "")
            let (result, used) = place.spoken()
            if !result.isEmpty { said.append(result) }
            index += used
        }
        return said.joined(separator: " ").split(separator: " ").joined(separator: " ")
    }

    /// Without control characters, invisible ones and emoji; every kind of blank as one.
    private static func speakable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            switch properties.generalCategory {
            case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator: result.append(" ")
            case .format, .surrogate, .privateUse, .unassigned: continue
            case .otherSymbol where properties.isEmoji || scalar.value >= 0x2500 && scalar != "№": continue
            case .modifierSymbol where scalar.value >= 0x1F3FB: continue
            case .nonspacingMark where scalar.value == 0xFE0F || scalar.value == 0xFE0E || scalar.value == 0x20E3:
                continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Signs that join words fall away between letters; what is glued to a number by a sign is taken apart.
    private static func separated(_ word: String) -> [String] {
        if word.contains("://") || word.contains("@") { return [word] }
        var parts: [String] = []
        var part = ""
        for character in word {
            if "=+×÷≈≤≥→⇒±·&|^%".contains(character) {
                if character == "%" || character == "+" && part.isEmpty && word.count > 1 {
                    part.append(character)
                    continue
                }
                if !part.isEmpty { parts.append(part) }
                parts.append(String(character))
                part = ""
            } else {
                part.append(character)
            }
        }
        if !part.isEmpty { parts.append(part) }
        return parts
    }
}

/// A word among its neighbours.
struct WordPlace {
    let words: [String]
    let index: Int
    /// What was said before it.
    let previous: String

    private var word: String { words[index] }
    private func word(_ offset: Int) -> String { words.indices.contains(index + offset) ? words[index + offset] : "" }

    /// What is said, and how many words that takes.
    func spoken() -> (said: String, used: Int) {
        let core = word.trimmed { "\"'“”‘’.,;:!?…".contains($0) }
        if let sign = Vocabulary.signs[word] { return (isBetweenWords ? sign : "", 1) }
        let isAnswer = ["no.", "nos."].contains(word.lowercased()) && self.word(1).first?.isNumber != true
        if !isAnswer, let said = Vocabulary.abbreviations[word.lowercased()] { return (said, 1) }
        if let said = streetName(core) { return (said, 1) }
        if let said = WebAddress.spoken(core) { return (said, 1) }
        if let (said, used) = money(core) { return (said, used) }
        if let said = clockTime(core) { return said }
        if let (said, used) = date(core) { return (said, used) }
        if core.hasSuffix("s"), let said = year(core) { return (said, 1) }
        if let (said, used) = quantity(core) { return (said, used) }
        if let said = digitWise(core) { return (said, 1) }
        if let said = year(core) { return (said, 1) }
        return (core.spelledSigns, 1)
    }

    private var isBetweenWords: Bool { index > 0 || index + 1 < words.count }

    // MARK: Addresses

    private func streetName(_ core: String) -> String? {
        let isNamed = index > 0 && words[index - 1].first?.isUppercase == true
        switch core.lowercased() {
        case "st": return word(1).first?.isUppercase == true && !isNamed ? "Saint" : isNamed ? "Street" : nil
        case "ave", "rd", "blvd", "ln", "sq", "hwy": return isNamed ? Vocabulary.streets[core.lowercased()] : nil
        default: break
        }
        // 1600 Pennsylvania Avenue: pairs, as years are said. 221B: a number and a letter.
        guard core.count <= 5, core.first?.isNumber == true, word(1).first?.isUppercase == true else { return nil }
        let isHouse = (1...4).contains { offset in
            let name = word(offset).lowercased().trimmed { ".,".contains($0) }
            return Vocabulary.streets[name] != nil || Vocabulary.streets.values.contains { $0.lowercased() == name }
                || name == "st"
        }
        guard isHouse else { return nil }
        let digits = core.prefix { $0.isNumber }
        let letter = core.dropFirst(digits.count)
        guard letter.count <= 1, let number = Int(digits), digits.count >= 3 else { return nil }
        let pairs = digits.count == 3 ? "\(number / 100) \(Digits.pair(number % 100))" : Digits.year(number)
        return letter.isEmpty ? pairs : "\(pairs) \(letter.uppercased())"
    }

    // MARK: Money

    private func money(_ core: String) -> (String, Int)? {
        let isNegative = core.hasPrefix("-") || core.hasPrefix("−")
        let text = isNegative ? String(core.dropFirst()) : core
        let sign: Character
        var amount: String
        if let first = text.first, Vocabulary.currencies[first] != nil {
            (sign, amount) = (first, String(text.dropFirst()))
        } else if let last = text.last, Vocabulary.currencies[last] != nil {
            (sign, amount) = (last, String(text.dropLast()))
        } else {
            return nil
        }
        guard let names = Vocabulary.currencies[sign] else { return nil }
        var scale = ""
        if let last = amount.last, let name = Vocabulary.scales[last] {
            (scale, amount) = (name, String(amount.dropLast()))
        }
        guard let number = Number(amount) else { return nil }
        var used = 1
        let next = word(1).lowercased().trimmed { ".,".contains($0) }
        if scale.isEmpty, Vocabulary.scales.values.contains(next) { (scale, used) = (next, 2) }
        let minus = isNegative ? "minus " : ""
        if !scale.isEmpty { return ("\(minus)\(number.text) \(scale) \(names.many)", used) }
        let unit = number.whole == "1" ? names.one : names.many
        if let fraction = number.fraction, fraction.count == 2, let cents = Int(fraction), names.hasCents {
            return ("\(minus)\(number.whole) \(unit)" + (cents == 0 ? "" : " \(cents)"), used)
        }
        return ("\(minus)\(number.text) \(number.fraction == nil ? unit : names.many)", used)
    }

    // MARK: Time

    private func clockTime(_ core: String) -> (String, Int)? {
        var text = core.lowercased()
        var half = ""
        for (ending, name) in [("am", "A M"), ("pm", "P M"), ("a.m", "A M"), ("p.m", "P M")]
        where text.hasSuffix(ending) {
            (text, half) = (String(text.dropLast(ending.count)), name)
        }
        var used = 1
        let next = word(1).lowercased().filter { $0 != "." && $0 != "," }
        if half.isEmpty, next == "am" && !word(1).hasPrefix("Am") || next == "pm" {
            (half, used) = (next == "am" ? "A M" : "P M", 2)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let hour = Int(parts[0]), 0...24 ~= hour, parts[0].count <= 2 else { return nil }
        guard parts.count > 1 else { return half.isEmpty ? nil : ("\(hour) \(half)", used) }
        guard parts.count <= 3, parts.dropFirst().allSatisfy({ $0.count == 2 && Int($0).map { $0 < 60 } == true }),
            let minute = Int(parts[1])
        else { return nil }
        var said = "\(hour)"
        if minute > 0 { said += " \(Digits.pair(minute))" } else if half.isEmpty { said += " o'clock" }
        if parts.count == 3, let second = Int(parts[2]) { said += " and \(second) seconds" }
        return (half.isEmpty ? said : "\(said) \(half)", used)
    }

    // MARK: Dates

    private func date(_ core: String) -> (String, Int)? {
        let parts = core.split(separator: "-").map(String.init)
        if parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]), 1...12 ~= month,
            let day = Int(parts[2]), 1...31 ~= day
        {
            return ("\(Vocabulary.months[month - 1]) \(Digits.ordinal(day)) \(Digits.year(year))", 1)
        }
        let slashes = core.split(separator: "/").map(String.init)
        if slashes.count == 3, slashes.allSatisfy({ Int($0) != nil }), slashes[2].count == 4, let year = Int(slashes[2])
        {
            return ("\(slashes[0]) \(slashes[1]) \(Digits.year(year))", 1)
        }
        guard let day = Int(core), 1...31 ~= day, core.count <= 2 else {
            guard let month = Vocabulary.month(word), let day = Int(word(1).filter { $0.isNumber }), 1...31 ~= day,
                word(1).filter({ $0.isNumber }).count <= 2
            else { return Vocabulary.shortMonth(word).map { ($0, 1) } }
            return ("\(month) \(Digits.ordinal(day))", 2)
        }
        guard let month = Vocabulary.month(word(1)) else { return nil }
        return ("\(Digits.ordinal(day)) of \(month)", 2)
    }

    private func year(_ core: String) -> String? {
        let isDecade = core.hasSuffix("s")
        let digits = isDecade ? String(core.dropLast()) : core
        guard digits.count == 4, let year = Int(digits), 1100...2099 ~= year else { return nil }
        if isDecade { return year % 100 == 0 ? nil : "\(year / 100) \(year % 100)s" }
        let before = index > 0 ? words[index - 1].lowercased() : ""
        let isNamed = Vocabulary.beforeYears.contains(before) || Vocabulary.month(before) != nil
        let isDated = index > 1 && Vocabulary.month(words[index - 2]) != nil
        return isNamed || isDated || 1900...2099 ~= year ? Digits.year(year) : nil
    }

    // MARK: Quantities

    private func quantity(_ core: String) -> (String, Int)? {
        if let fraction = Vocabulary.fractions[core] {
            return (Int(previous) != nil ? "and \(fraction)" : fraction, 1)
        }
        // 5-10: a range.
        let ends = core.split(whereSeparator: { "-–".contains($0) }).map(String.init)
        if ends.count == 2, core.first?.isNumber == true, let low = Number(ends[0]), ends[0].count <= 6 {
            let (number, unit) = Number.andRest(ends[1])
            if let number, ends[1].count <= 12, unit.isEmpty || Vocabulary.unit(unit, isOne: false) != nil {
                let isYears = low.whole.count == 4 && number.whole.count == 4
                let both = [low, number].map { isYears ? Digits.year(Int($0.whole) ?? 0) : $0.text }
                let name = unit.isEmpty ? unitBehind(isOne: false) : Vocabulary.unit(unit, isOne: false).map { ($0, 1) }
                return ("\(both[0]) to \(both[1])" + (name.map { " \($0.0)" } ?? ""), name?.1 ?? 1)
            }
        }
        var text = core
        var sign = ""
        if let first = core.first, "-−–".contains(first), core.dropFirst().first?.isNumber == true {
            (text, sign) = (String(core.dropFirst()), "minus ")
        } else if let first = core.first, "~≈".contains(first), core.dropFirst().first?.isNumber == true {
            (text, sign) = (String(core.dropFirst()), "about ")
        } else if core.hasPrefix("#"), core.dropFirst().first?.isNumber == true {
            (text, sign) = (String(core.dropFirst()), "number ")
        } else if core.hasPrefix("+"), core.dropFirst().first?.isNumber == true, core.count < 6 {
            (text, sign) = (String(core.dropFirst()), "plus ")
        }
        let (number, rest) = Number.andRest(text)
        guard let number else { return nil }
        let isOne = number.text == "1"
        if rest.isEmpty {
            guard let (unit, used) = unitBehind(isOne: isOne) else {
                // Plain digits may be a year.
                return sign.isEmpty && number.whole == core ? nil : (sign + number.text, 1)
            }
            return ("\(sign)\(number.text) \(unit)", used)
        }
        if ["st", "nd", "rd", "th"].contains(rest.lowercased()), number.fraction == nil {
            return (sign + number.whole + rest, 1)
        }
        if let unit = Vocabulary.unit(rest, isOne: isOne) { return ("\(sign)\(number.text) \(unit)", 1) }
        if let scale = rest.count == 1 ? Vocabulary.scales[Character(rest.uppercased())] : nil, rest != "m" {
            return ("\(sign)\(number.text) \(scale)", 1)
        }
        return nil
    }

    /// A unit that stands apart behind the number.
    private func unitBehind(isOne: Bool) -> (String, Int)? {
        let name = word(1).trimmed { ".,;:!?".contains($0) }
        // Letters that are words of their own, too.
        guard !["a", "A", "in", "s", "h", "C", "F", "B"].contains(name) || name == "h" else { return nil }
        return Vocabulary.unit(name, isOne: isOne).map { ($0, 2) }
    }

    /// Numbers that are said digit by digit: telephones, versions, ZIP codes.
    private func digitWise(_ core: String) -> String? {
        let digits = core.filter(\.isNumber)
        if core.hasPrefix("+"), digits.count >= 6, core.dropFirst().allSatisfy({ $0.isNumber || "-()".contains($0) }) {
            return "plus " + digits.map(String.init).joined(separator: " ")
        }
        let groups = core.split(separator: "-")
        if groups.count >= 2, digits.count >= 6, groups.allSatisfy({ $0.allSatisfy(\.isNumber) }) {
            return groups.map { $0.map(String.init).joined(separator: " ") }.joined(separator: ", ")
        }
        let points = core.split(separator: ".", omittingEmptySubsequences: false)
        if points.count >= 3, points.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) {
            return points.joined(separator: " point ")
        }
        let state = index > 0 ? words[index - 1] : ""
        if core.count == 5, digits.count == 5, state.count == 2, state.allSatisfy(\.isUppercase) {
            return digits.map(String.init).joined(separator: " ")
        }
        if digits.count == core.count, digits.count > 15 { return "a number of \(digits.count) digits" }
        return nil
    }
}

extension String {
    /// Without such characters at both ends.
    func trimmed(_ isTrimmed: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isTrimmed(first) { rest = rest.dropFirst() }
        while let last = rest.last, isTrimmed(last) { rest = rest.dropLast() }
        return String(rest)
    }

    /// Signs inside a word by their names, or as gaps.
    fileprivate var spelledSigns: String {
        var said = ""
        var wasSign = false
        for (index, character) in zip(indices, self) {
            if character.isLetter || character.isNumber || character == "'" || character == "’" {
                said.append(character)
                wasSign = false
                continue
            }
            let isFirst = index == startIndex
            let isLast = self.index(after: index) == endIndex
            let name: String
            switch character {
            case "/": name = " slash "
            case "@": name = " at "
            case "#": name = " hash "
            case "%": name = " percent "
            case "°": name = " degrees "
            case "$": name = isFirst ? "" : " dollar "
            case ".": name = isFirst || !isLast ? " dot " : ""
            case "-", "_": name = " "
            case ",": name = said.last?.isNumber == true && !isLast ? "," : " "
            case ":": name = " "
            default: name = character.isASCII ? " " : String(character)
            }
            // A row of signs is said once.
            if !wasSign || name == " " { said += name }
            wasSign = true
        }
        return said
    }
}
