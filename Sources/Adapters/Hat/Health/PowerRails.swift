/// `vcgencmd pmic_read_adc`: a line for the current and one for the voltage of each rail.
struct PowerRails {
    private var amperes: [Substring: Double] = [:]
    private var volts: [Substring: Double] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let sign = words[1].lastIndex(of: "="),
                let value = Double(words[1][words[1].index(after: sign)...].dropLast()), (0...1000).contains(value)
            else { continue }
            if words[0].hasSuffix("_A") { amperes[words[0].dropLast(2)] = value }
            if words[0].hasSuffix("_V") { volts[words[0].dropLast(2)] = value }
        }
    }

    /// The sum over the rails; `nil` where no rail tells both.
    var watts: Double? {
        let rails = amperes.compactMap { name, current in volts[name].map { $0 * current } }
        return rails.isEmpty ? nil : rails.reduce(0, +)
    }
}
