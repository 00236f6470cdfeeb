import AssistantCore
import Foundation
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "Decimal text is read exactly",
        arguments: [
            ("0", 0), ("12", 12_000_000_000), ("0.06", 60_000_000), (".5", 500_000_000), ("5.", 5_000_000_000),
            ("-0.05", -50_000_000), ("+1", 1_000_000_000), ("6e-8", 60), ("1E3", 1_000_000_000_000),
            ("0.000000001", 1), ("0.0000000010000", 1), ("1.50000000000000", 1_500_000_000),
            ("9223372036.854775807", Int64.max), ("0e9999", 0),
        ] as [(String, Int64)])
    func reads(text: String, nanos: Int64) {
        #expect(Money(decimal: text) == Money(nanoUSD: nanos))
    }

    @Test(
        "What is no exact amount is refused",
        arguments: [
            "", "-", ".", "e3", "1e", "1e+", "1.2.3", "1,5", " 1", "$1", "0x10", "NaN", "inf", "6.5e-10",
            "0.0000000001", "9223372036.854775808", "1e99999", "1e999999999999", "٣", "1_000",
            String(repeating: "1", count: 65), "1e-",
        ])
    func refuses(text: String) {
        #expect(Money(decimal: text) == nil)
    }

    @Test("Text and value are inverses of each other")
    func roundTrip() {
        var random = SystemRandomNumberGenerator()
        for shift in 0..<63 {
            let amount = Money(nanoUSD: Int64.random(in: .min + 1 ... .max, using: &random) >> shift)
            #expect(Money(decimal: amount.decimal) == amount)
        }
    }

    @Test(
        "A person reads at least two decimals and never a rounded amount",
        arguments: [
            (0, "$0.00"), (60_000_000, "$0.06"), (1_500_000_000, "$1.50"), (-20_000, "-$0.00002"),
            (12_000_000_000, "$12.00"), (123_456_789, "$0.123456789"),
        ] as [(Int64, String)])
    func describes(nanos: Int64, text: String) {
        #expect(Money(nanoUSD: nanos).description == text)
    }

    @Test("The smallest amount can be written")
    func smallest() {
        #expect(Money(nanoUSD: .min).decimal == "-9223372036.854775808")
    }

    @Test("Sums saturate instead of wrapping")
    func saturates() {
        #expect(Money.max + Money(nanoUSD: 1) == .max)
        #expect(Money(nanoUSD: .min) + Money(nanoUSD: -1) == Money(nanoUSD: .min))
        #expect(Money(nanoUSD: .min) - Money(nanoUSD: 1) == Money(nanoUSD: .min))
        #expect(Money.max - Money(nanoUSD: -1) == .max)
        #expect(Money(nanoUSD: 3) - Money(nanoUSD: 5) == Money(nanoUSD: -2))
    }

    @Test("JSON takes strings and numbers, writes strings, and refuses the rest")
    func json() throws {
        let decoder = JSONDecoder()
        #expect(
            try decoder.decode([Money].self, from: Data(#"["0.06", 0.06, 3, 1e-9]"#.utf8)).map(\.nanoUSD)
                == [60_000_000, 60_000_000, 3_000_000_000, 1])
        #expect(try String(decoding: JSONEncoder().encode([Money(nanoUSD: 60_000_000)]), as: UTF8.self) == #"["0.06"]"#)
        for bad in [#"["six"]"#, "[1e300]", "[true]", "[null]", "[{}]"] {
            #expect(throws: DecodingError.self) { try decoder.decode([Money].self, from: Data(bad.utf8)) }
        }
    }
}
