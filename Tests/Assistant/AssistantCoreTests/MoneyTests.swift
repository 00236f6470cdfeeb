import AssistantCore
import Foundation
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "Decimal text is read exactly",
        arguments: [
            ("0", 0), ("12", 12_000_000), ("0.06", 60_000), (".5", 500_000), ("5.", 5_000_000),
            ("-0.05", -50_000), ("+1", 1_000_000), ("6e-5", 60), ("1E3", 1_000_000_000),
            ("0.000001", 1), ("0.0000010000", 1), ("1.50000000000000", 1_500_000),
            ("9223372036854.775807", Int64.max), ("0e9999", 0),
        ] as [(String, Int64)])
    func reads(text: String, micros: Int64) {
        #expect(Money(decimal: text) == Money(microUSD: micros))
    }

    @Test(
        "What is no exact amount is refused",
        arguments: [
            "", "-", ".", "e3", "1e", "1e+", "1.2.3", "1,5", " 1", "$1", "0x10", "NaN", "inf", "6.5e-6",
            "0.0000001", "9223372036854.775808", "1e99999", "1e999999999999", "٣", "1_000",
            String(repeating: "1", count: 65), "1e-",
        ])
    func refuses(text: String) {
        #expect(Money(decimal: text) == nil)
    }

    @Test("Text and value are inverses of each other")
    func roundTrip() {
        var random = SystemRandomNumberGenerator()
        for shift in 0..<63 {
            let amount = Money(microUSD: Int64.random(in: .min + 1 ... .max, using: &random) >> shift)
            #expect(Money(decimal: amount.decimal) == amount)
        }
    }

    @Test(
        "A person reads at least two decimals and never a rounded amount",
        arguments: [
            (0, "$0.00"), (60_000, "$0.06"), (1_500_000, "$1.50"), (-20, "-$0.00002"),
            (12_000_000, "$12.00"), (123_456, "$0.123456"),
        ] as [(Int64, String)])
    func describes(micros: Int64, text: String) {
        #expect(Money(microUSD: micros).description == text)
    }

    @Test("The smallest amount can be written")
    func smallest() {
        #expect(Money(microUSD: .min).decimal == "-9223372036854.775808")
    }

    @Test("Sums saturate instead of wrapping")
    func saturates() {
        #expect(Money.max + Money(microUSD: 1) == .max)
        #expect(Money(microUSD: .min) + Money(microUSD: -1) == Money(microUSD: .min))
        #expect(Money(microUSD: .min) - Money(microUSD: 1) == Money(microUSD: .min))
        #expect(Money.max - Money(microUSD: -1) == .max)
        #expect(Money(microUSD: 3) - Money(microUSD: 5) == Money(microUSD: -2))
    }

    @Test("JSON takes strings and numbers, writes strings, and refuses the rest")
    func json() throws {
        let decoder = JSONDecoder()
        #expect(
            try decoder.decode([Money].self, from: Data(#"["0.06", 0.06, 3, 1e-6]"#.utf8)).map(\.microUSD)
                == [60_000, 60_000, 3_000_000, 1])
        #expect(try String(decoding: JSONEncoder().encode([Money(microUSD: 60_000)]), as: UTF8.self) == #"["0.06"]"#)
        for bad in [#"["six"]"#, "[1e300]", "[true]", "[null]", "[{}]"] {
            #expect(throws: DecodingError.self) { try decoder.decode([Money].self, from: Data(bad.utf8)) }
        }
    }
}
