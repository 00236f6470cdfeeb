/// The rules of the numbers, written down in the plainest way.
enum PlainChecks {
    static func digits(_ text: String) -> [Int] { text.compactMap(\.wholeNumberValue) }

    static func luhn(_ text: String) -> Bool {
        let table = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
        return digits(text).reversed().enumerated().reduce(0) {
            $0 + ($1.offset % 2 == 1 ? table[$1.element] : $1.element)
        }
            % 10 == 0
    }

    static func iban(_ text: String) -> Bool {
        let moved = text.dropFirst(4) + text.prefix(4)
        let number = moved.map { $0.isLetter ? String(Int($0.asciiValue ?? 0) - 55) : String($0) }.joined()
        return modulo(number, 97) == 1
    }

    /// School division, digit by digit.
    static func modulo(_ number: String, _ divisor: Int) -> Int {
        digits(number).reduce(0) { ($0 * 10 + $1) % divisor }
    }

    static func taxID(_ text: String) -> Bool {
        let all = digits(text)
        var check = 10
        for digit in all.prefix(10) {
            var sum = (digit + check) % 10
            if sum == 0 { sum = 10 }
            check = sum * 2 % 11
        }
        let control = 11 - check == 10 ? 0 : 11 - check
        let counts = Dictionary(grouping: all.prefix(10), by: { $0 }).mapValues(\.count)
        let repeated = counts.values.filter { $0 > 1 }
        let isTripled = zip(zip(all, all.dropFirst()), all.dropFirst(2)).prefix(8).contains {
            $0.0 == $0.1 && $0.1 == $1
        }
        return control == all[10] && all[0] != 0 && repeated.count == 1 && repeated[0] <= 3 && !isTripled
    }

    static func dni(_ number: Int) -> Character { Array("TRWAGMYFPDXBNJZSQVHLCKE")[number % 23] }

    static func bsn(_ text: String) -> Bool {
        let all = digits(text)
        let sum = (0..<8).reduce(0) { $0 + (9 - $1) * all[$1] } - all[8]
        return sum % 11 == 0 && !text.hasPrefix("00") && Set(all).count > 1
    }

    static func pesel(_ text: String) -> Bool {
        let all = digits(text)
        let sum = zip([1, 3, 7, 9, 1, 3, 7, 9, 1, 3], all).reduce(0) { $0 + $1.0 * $1.1 % 10 }
        return (10 - sum % 10) % 10 == all[10]
    }

    static func ean(_ text: String) -> Bool {
        digits(text).enumerated().reduce(0) { $0 + $1.element * ($1.offset % 2 == 0 ? 1 : 3) } % 10 == 0
    }

    static func cpf(_ text: String) -> Bool {
        let all = digits(text)
        func control(_ count: Int) -> Int {
            let rest = (0..<count).reduce(0) { $0 + all[$1] * (count + 1 - $1) } % 11
            return rest < 2 ? 0 : 11 - rest
        }
        return control(9) == all[9] && control(10) == all[10] && Set(all).count > 1
    }

    static func nrn(_ text: String) -> Bool {
        let base = String(text.filter(\.isNumber).prefix(9))
        let key = Int(text.suffix(2)) ?? 0
        return key == 97 - modulo(base, 97) || key == 97 - modulo("2" + base, 97)
    }

    /// Whether some country gives out this number of eleven digits.
    static func isAnyOfEleven(_ text: String) -> Bool { taxID(text) || pesel(text) || cpf(text) || nrn(text) }

    static func verhoeff(_ text: String) -> Bool {
        let d = [
            "0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432",
            "7659821043",
            "8765932104", "9876543210",
        ].map(digits)
        let p = [
            "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415",
            "7046913258",
        ].map(digits)
        return digits(text).reversed().enumerated().reduce(0) { d[$0][p[$1.offset % 8][$1.element]] } == 0
    }

    static func codiceFiscale(_ text: String) -> Character {
        let odd = "BAKPLCQDREVOSFTGUHMINJWZYX"
        var sum = 0
        for (index, character) in text.prefix(15).enumerated() {
            let value = character.wholeNumberValue ?? Int(character.asciiValue ?? 0) - 65
            sum +=
                index % 2 == 1 ? value : (Array(odd).firstIndex(of: Character(Unicode.Scalar(UInt8(value + 65)))) ?? 0)
        }
        return Character(Unicode.Scalar(UInt8(sum % 26 + 65)))
    }
}
