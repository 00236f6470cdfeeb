/// English names of units, currencies, signs and abbreviations.
enum Vocabulary {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// The month that a word names, whole or short; `May` and `March` only with a capital.
    static func month(_ word: String) -> String? {
        let name = word.trimmed { ".,;:".contains($0) }
        guard name.first?.isUppercase == true else { return nil }
        return months.first { $0 == name } ?? shortMonth(word)
    }

    /// The month of an abbreviation, `Sept.`
    static func shortMonth(_ word: String) -> String? {
        let name = word.trimmed { ".,;:".contains($0) }
        guard 3...4 ~= name.count, name != "May", name.first?.isUppercase == true, name != "Mar" || word.hasSuffix(".")
        else { return nil }
        return months.first { $0.hasPrefix(name) && $0 != name }
    }

    /// Words behind which four digits are a year.
    static let beforeYears: Set<String> = [
        "in", "since", "of", "year", "by", "until", "till", "from", "before", "after", "around", "early", "late",
        "circa",
        "ca", "ca.", "born", "died", "spring", "summer", "autumn", "fall", "winter",
    ]

    static let signs: [String: String] = [
        "&": "and", "+": "plus", "=": "equals", "×": "times", "*": "times", "÷": "divided by", "/": "divided by",
        "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least", "≠": "is not", "≈": "about",
        "→": "to", "⇒": "so", "±": "plus or minus", "·": "times", "^": "to the power of", "|": "", "@": "at",
        "−": "minus", "-": "", "–": "to", "…": "", "~": "about", "#": "number", "%": "percent",
    ]

    /// Written with their stop, in lower case.
    static let abbreviations: [String: String] = [
        "mr.": "Mister", "mrs.": "Missis", "ms.": "Miss", "dr.": "Doctor", "prof.": "Professor", "sr.": "Senior",
        "jr.": "Junior", "vs.": "versus", "vs": "versus", "e.g.": "for example", "e.g": "for example",
        "i.e.": "that is", "i.e": "that is", "etc.": "and so on", "etc": "and so on", "approx.": "approximately",
        "no.": "number", "nos.": "numbers", "fig.": "figure", "vol.": "volume", "gen.": "General", "gov.": "Governor",
        "capt.": "Captain", "lt.": "Lieutenant", "sgt.": "Sergeant", "ca.": "about", "cf.": "compare",
        "dept.": "department", "apt.": "apartment", "w/": "with", "w/o": "without", "and/or": "and or",
        "n/a": "not available",
        "u.s.": "U S", "u.k.": "U K", "a.m.": "A M", "p.m.": "P M",
    ]

    static let streets: [String: String] = [
        "ave": "Avenue", "rd": "Road", "blvd": "Boulevard", "ln": "Lane", "sq": "Square", "hwy": "Highway",
        "street": "Street", "drive": "Drive", "court": "Court", "way": "Way", "place": "Place",
    ]

    struct Currency {
        var one: String
        var many: String
        var hasCents = true
    }

    static let currencies: [Character: Currency] = [
        "$": Currency(one: "dollar", many: "dollars"), "€": Currency(one: "euro", many: "euros"),
        "£": Currency(one: "pound", many: "pounds"), "¥": Currency(one: "yen", many: "yen", hasCents: false),
        "₹": Currency(one: "rupee", many: "rupees"), "₩": Currency(one: "won", many: "won", hasCents: false),
    ]

    static let scales: [Character: String] = [
        "K": "thousand", "k": "thousand", "M": "million", "B": "billion", "T": "trillion",
    ]

    static let fractions: [String: String] = [
        "1/2": "one half", "½": "one half", "1/3": "one third", "⅓": "one third", "2/3": "two thirds",
        "⅔": "two thirds",
        "1/4": "one quarter", "¼": "one quarter", "3/4": "three quarters", "¾": "three quarters", "1/8": "one eighth",
    ]

    private static let units: [String: (one: String, many: String)] = [
        "km": ("kilometre", "kilometres"), "m": ("metre", "metres"), "cm": ("centimetre", "centimetres"),
        "mm": ("millimetre", "millimetres"), "µm": ("micrometre", "micrometres"), "nm": ("nanometre", "nanometres"),
        "mi": ("mile", "miles"), "ft": ("foot", "feet"), "yd": ("yard", "yards"), "in": ("inch", "inches"),
        "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
        "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"), "t": ("ton", "tons"),
        "l": ("litre", "litres"), "L": ("litre", "litres"), "ml": ("millilitre", "millilitres"),
        "mL": ("millilitre", "millilitres"), "s": ("second", "seconds"), "ms": ("millisecond", "milliseconds"),
        "min": ("minute", "minutes"), "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
        "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
        "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"),
        "kWh": ("kilowatt hour", "kilowatt hours"), "V": ("volt", "volts"), "A": ("ampere", "amperes"),
        "mAh": ("milliampere hour", "milliampere hours"), "B": ("byte", "bytes"), "KB": ("kilobyte", "kilobytes"),
        "kB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
        "TB": ("terabyte", "terabytes"), "Mbps": ("megabit a second", "megabits a second"),
        "km/h": ("kilometre an hour", "kilometres an hour"), "kph": ("kilometre an hour", "kilometres an hour"),
        "mph": ("mile an hour", "miles an hour"), "m/s": ("metre a second", "metres a second"),
        "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
        "°": ("degree", "degrees"), "C": ("degree Celsius", "degrees Celsius"),
        "F": ("degree Fahrenheit", "degrees Fahrenheit"),
        "K": ("kelvin", "kelvin"), "%": ("percent", "percent"), "dB": ("decibel", "decibels"),
        "px": ("pixel", "pixels"),
        "km²": ("square kilometre", "square kilometres"), "m²": ("square metre", "square metres"),
        "m³": ("cubic metre", "cubic metres"), "x": ("times", "times"), "×": ("times", "times"),
    ]

    /// The name of a unit, for one or for several.
    static func unit(_ sign: String, isOne: Bool) -> String? { units[sign].map { isOne ? $0.one : $0.many } }
}

/// A decimal number as it is written, groups of thousands taken together.
struct Number {
    var whole: String
    var fraction: String?

    /// As a voice reads it.
    var text: String { fraction.map { "\(whole).\($0)" } ?? whole }

    /// - Returns: `nil` where the text is anything else.
    init?(_ text: String) {
        let (number, rest) = Self.andRest(text)
        guard let number, rest.isEmpty else { return nil }
        self = number
    }

    private init(whole: String, fraction: String?) {
        self.whole = whole
        self.fraction = fraction
    }

    /// The number that a text begins with, and what follows.
    static func andRest(_ text: String) -> (number: Number?, rest: String) {
        var rest = text[...]
        func digits() -> String {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return String(digits)
        }
        var whole = digits()
        guard !whole.isEmpty, whole.count <= 15 else { return (nil, text) }
        while rest.first == ",", whole.count <= 12 {
            let before = rest
            rest = rest.dropFirst()
            let group = digits()
            guard group.count == 3 else {
                rest = before
                break
            }
            whole += group
        }
        guard rest.first == "." else { return (Number(whole: whole, fraction: nil), String(rest)) }
        let before = rest
        rest = rest.dropFirst()
        let fraction = digits()
        guard !fraction.isEmpty, fraction.count <= 15, rest.first != "." else {
            return (Number(whole: whole, fraction: nil), String(before))
        }
        return (Number(whole: whole, fraction: fraction), String(rest))
    }
}

/// Digits as they are said in pairs.
enum Digits {
    /// Two digits: `07` is `oh 7`.
    static func pair(_ number: Int) -> String { number < 10 ? "oh \(number)" : "\(number)" }

    /// A year, or a house number of four digits.
    static func year(_ year: Int) -> String {
        let (high, low) = (year / 100, year % 100)
        guard 1000...9999 ~= year, !(2000...2009 ~= year) else { return "\(year)" }
        return low == 0 ? (high % 10 == 0 ? "\(year)" : "\(high) hundred") : "\(high) \(pair(low))"
    }

    static func ordinal(_ day: Int) -> String {
        let ending = 11...13 ~= day % 100 ? "th" : [1: "st", 2: "nd", 3: "rd"][day % 10] ?? "th"
        return "\(day)\(ending)"
    }
}

/// Addresses of the net.
enum WebAddress {
    /// `nil` where a word is none. Of a page only its host is said.
    static func spoken(_ word: String) -> String? {
        if let range = word.firstRange(of: "://") { return "a link to \(host(word[range.upperBound...]))" }
        if word.lowercased().hasPrefix("www."), word.count > 6 { return "a link to \(host(word[...]))" }
        let parts = word.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), parts[1].contains(".") else { return nil }
        return "\(dotted(parts[0])) at \(dotted(parts[1]))"
    }

    private static func host(_ address: Substring) -> String {
        var host = address.prefix { !"/?#:".contains($0) }
        if host.lowercased().hasPrefix("www.") { host = host.dropFirst(4) }
        return host.count > 60 ? "a page" : dotted(host)
    }

    private static func dotted(_ name: Substring) -> String {
        var said = ""
        for character in name {
            switch character {
            case ".": said += " dot "
            case "-": said += " dash "
            case "_": said += " underscore "
            default: said.append(character)
            }
        }
        return said
    }
}
