/// Lengths, masses, volumes, times, speeds, areas, data and temperatures, converted by their exact definitions.
enum Units {
    enum Dimension { case length, mass, volume, time, speed, area, data }

    struct Unit {
        var dimension: Dimension
        /// How many of the dimension's base unit (metre, gram, litre, second, m/s, m², byte) one is.
        var factor: Rational
        var plural: String
    }

    static func answer(_ question: Question) -> ExactAnswer? {
        let text = conversion(question) ?? count(question) ?? temperature(question)
        return text.map { ExactAnswer(.units, $0) }
    }

    // MARK: Grammar

    /// `convert 5 km to miles`, `what is 5 feet in cm`, `10 miles in kilometres`
    private static func conversion(_ question: Question) -> String? {
        var words = question.asked.map(spelt)[...]
        if ["convert", "change", "express", "turn"].contains(words.first) { words.removeFirst() }
        guard let amount = amount(&words),
            let source = unit(&words, joints: ["in", "to", "into", "as", "is", "are", "equals"])
        else { return nil }
        // `2 days is how many hours`
        if words.starts(with: ["how", "many"]) { words.removeFirst(2) }
        guard let target = unit(&words, joints: [])
        else { return nil }
        return written(amount, source, target)
    }

    /// `how many metres are in 3 miles`, `how many minutes are there in 2 hours`, `… in a day`
    private static func count(_ question: Question) -> String? {
        var words = question.parts.map(spelt)[...]
        guard words.starts(with: ["how", "many"]) || words.starts(with: ["how", "much"]) else { return nil }
        words.removeFirst(2)
        if ["make", "equal"].contains(words.last) { words.removeLast() }
        guard let target = unit(&words, joints: ["are", "is", "in", "does", "do", "make", "equal", "equals"]) else {
            return nil
        }
        while let word = words.first, ["are", "there", "in", "is", "up"].contains(word) { words.removeFirst() }
        guard let amount = amount(&words), let source = unit(&words, joints: []) else { return nil }
        return written(amount, source, target)
    }

    private static func spelt(_ part: Question.Part) -> String {
        switch part {
        case .word(let word), .number(let word): word
        case .sign(let sign): String(sign)
        }
    }

    private static func amount(_ words: inout ArraySlice<String>) -> Rational? {
        guard let first = words.first else { return nil }
        if first == "a" || first == "an" || first == "one" {
            words.removeFirst()
            return Rational(1)
        }
        guard let amount = Rational(decimal: first) else { return nil }
        words.removeFirst()
        return amount
    }

    /// Reads one to three words as a unit; it must be followed by one of `joints`, or end the question where there are none.
    private static func unit(_ words: inout ArraySlice<String>, joints: [String]) -> Unit? {
        for length in stride(from: min(3, words.count), through: 1, by: -1) {
            let name = words.prefix(length).joined(separator: " ")
            guard let unit = table[name] else { continue }
            let rest = words.dropFirst(length)
            guard joints.isEmpty ? rest.isEmpty : joints.contains(rest.first ?? "") else { continue }
            words = joints.isEmpty ? rest : rest.dropFirst()
            return unit
        }
        return nil
    }

    private static func written(_ amount: Rational, _ source: Unit, _ target: Unit) -> String? {
        guard source.dimension == target.dimension,
            let value = amount.times(source.factor)?.divided(by: target.factor)
        else { return nil }
        let (result, isExact) = value.decimals(places: 8)
        return "\(amount.decimals().text) \(source.plural) \(isExact ? "=" : "≈") \(result) \(target.plural)"
    }

    // MARK: Temperature

    private static let scales = [
        "celsius": "C", "centigrade": "C", "c": "C", "°c": "C", "fahrenheit": "F", "f": "F", "°f": "F", "kelvin": "K",
        "k": "K",
    ]

    /// `what is 100 degrees fahrenheit in celsius`
    private static func temperature(_ question: Question) -> String? {
        var words = question.asked.map(spelt).filter { !["degrees", "degree", "°"].contains($0) }[...]
        if words.first == "convert" { words.removeFirst() }
        if words.starts(with: ["how", "hot", "is"]) { words.removeFirst(3) }
        // `how many Fahrenheit is 20 Celsius`
        if words.starts(with: ["how", "many"]), words.count >= 6, ["is", "are"].contains(words[words.startIndex + 3]) {
            words = words.dropFirst(4) + ["in", words[words.startIndex + 2]]
        }
        var sign = Rational(1)
        if words.first == "-" || words.first == "minus" {
            words.removeFirst()
            sign = Rational(-1)
        }
        guard words.count == 4, let number = Rational(decimal: words[words.startIndex]),
            let amount = number.times(sign), let source = scales[words[words.startIndex + 1]],
            ["in", "to", "into"].contains(words[words.startIndex + 2]),
            let target = scales[words[words.startIndex + 3]],
            let kelvin = kelvin(amount, source), kelvin >= Rational(0), let result = degrees(kelvin, target)
        else { return nil }
        let (text, isExact) = result.decimals(places: 6)
        func mark(_ scale: String) -> String { scale == "K" ? "K" : "°\(scale)" }
        return "\(amount.decimals().text) \(mark(source)) \(isExact ? "=" : "≈") \(text) \(mark(target))"
    }

    private static func kelvin(_ amount: Rational, _ scale: String) -> Rational? {
        guard let offset = Rational(27_315, over: 100), let ratio = Rational(5, over: 9) else { return nil }
        return switch scale {
        case "C": amount.plus(offset)
        case "F": amount.minus(Rational(32))?.times(ratio)?.plus(offset)
        default: amount
        }
    }

    private static func degrees(_ kelvin: Rational, _ scale: String) -> Rational? {
        guard let offset = Rational(27_315, over: 100), let ratio = Rational(9, over: 5) else { return nil }
        return switch scale {
        case "C": kelvin.minus(offset)
        case "F": kelvin.minus(offset)?.times(ratio)?.plus(Rational(32))
        default: kelvin
        }
    }

    // MARK: Table

    private static let table: [String: Unit] = {
        var table: [String: Unit] = [:]
        for (dimension, factor, names) in rows {
            guard let factor = Rational(decimal: factor) else {
                preconditionFailure("a factor of the table is no number")
            }
            let names = names.split(separator: ",").map { $0.trimmingBlanks }
            for name in names { table[name] = Unit(dimension: dimension, factor: factor, plural: names[0]) }
        }
        return table
    }()

    /// Exact by definition: the international yard and pound, the US liquid gallon, the Julian calendar left out.
    private static let rows: [(Dimension, String, String)] = [
        (.length, "1000", "kilometres,kilometre,kilometers,kilometer,km"),
        (.length, "1", "metres,metre,meters,meter,m"),
        (.length, "0.01", "centimetres,centimetre,centimeters,centimeter,cm"),
        (.length, "0.001", "millimetres,millimetre,millimeters,millimeter,mm"),
        (.length, "1609.344", "miles,mile,mi"), (.length, "0.9144", "yards,yard,yd"),
        (.length, "0.3048", "feet,foot,ft"), (.length, "0.0254", "inches,inch"),
        (.length, "1852", "nautical miles,nautical mile"),
        (.mass, "1000000", "tonnes,tonne"), (.mass, "1000", "kilograms,kilogram,kg,kilos,kilo"),
        (.mass, "1", "grams,gram,g"), (.mass, "0.001", "milligrams,milligram,mg"),
        (.mass, "453.59237", "pounds,pound,lb,lbs"), (.mass, "28.349523125", "ounces,ounce,oz"),
        (.mass, "6350.29318", "stone,stones"),
        (.volume, "1", "litres,litre,liters,liter,l"),
        (.volume, "0.001", "millilitres,millilitre,milliliters,milliliter,ml"),
        (.volume, "0.01", "centilitres,centilitre,centiliters,centiliter,cl"),
        (.volume, "3.785411784", "US gallons,us gallons,us gallon,gallons,gallon"),
        (.volume, "0.473176473", "US pints,us pints,us pint"),
        (.time, "0.001", "milliseconds,millisecond,ms"), (.time, "1", "seconds,second,s,sec"),
        (.time, "60", "minutes,minute,min"),
        (.time, "3600", "hours,hour,h"), (.time, "86400", "days,day"), (.time, "604800", "weeks,week"),
        (.area, "1", "square metres,square metre,square meters,square meter"), (.area, "10000", "hectares,hectare"),
        (.area, "1000000", "square kilometres,square kilometre,square kilometers,square kilometer"),
        (.area, "4046.8564224", "acres,acre"),
        (.data, "1", "bytes,byte"), (.data, "1000", "kilobytes,kilobyte,kb"),
        (.data, "1000000", "megabytes,megabyte,mb"),
        (.data, "1000000000", "gigabytes,gigabyte,gb"), (.data, "1000000000000", "terabytes,terabyte,tb"),
    ]
}

extension Substring {
    fileprivate var trimmingBlanks: String { String(drop { $0 == " " }) }
}
