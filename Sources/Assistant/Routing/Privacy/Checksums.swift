/// The check sums by which numbers are told from numbers. Digits are values 0 … 9.
enum Checksum {
    /// Luhn: every second digit from the right doubled.
    static func luhn(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
        var sum = 0
        var doubles = false
        for digit in digits.reversed() {
            let value = Int(digit) * (doubles ? 2 : 1)
            sum += value > 9 ? value - 9 : value
            doubles.toggle()
        }
        return sum % 10 == 0
    }

    /// EAN-13: weights 1 and 3 in turn.
    static func ean13(_ digits: [UInt8]) -> Bool {
        weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0
    }

    /// Sum of digits times weights; the shorter of the two ends it.
    static func weighted(_ digits: some Sequence<UInt8>, _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + Int($1.0) * $1.1 }
    }

    /// The remainder of the decimal number by 97.
    static func mod97(_ digits: some Sequence<UInt8>) -> Int {
        digits.reduce(0) { ($0 * 10 + Int($1)) % 97 }
    }

    /// ISO 7064 mod 11,10, the last digit being the check digit.
    static func mod11and10(_ digits: [UInt8]) -> Bool {
        var product = 10
        for digit in digits.dropLast() {
            let sum = (Int(digit) + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return Int(digits.last ?? 0) == (11 - product) % 10
    }

    /// Verhoeff, from the dihedral group of order ten.
    static func verhoeff(_ digits: [UInt8]) -> Bool {
        var state = 0
        for (position, digit) in digits.reversed().enumerated() {
            var permuted = Int(digit)
            for _ in 0..<position % 8 { permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][permuted] }
            state = dihedralProduct(state, permuted)
        }
        return state == 0
    }

    private static func dihedralProduct(_ left: Int, _ right: Int) -> Int {
        switch (left < 5, right < 5) {
        case (true, true): (left + right) % 5
        case (true, false): (left + right) % 5 + 5
        case (false, true): (left - right + 5) % 5 + 5
        case (false, false): (left - right + 5) % 5
        }
    }

    /// Whether year, month and day are a day of the Gregorian calendar.
    static func isDate(year: Int, month: Int, day: Int) -> Bool {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        guard (1...12).contains(month) else { return false }
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        return (1...days).contains(day)
    }
}
