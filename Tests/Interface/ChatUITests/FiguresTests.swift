import AssistantCore
import Testing

@testable import ChatUI

struct FiguresTests {
    @Test(
        "a duration takes at most six cells",
        arguments: [
            (Duration.zero, "0 ms"), (.milliseconds(212), "212 ms"), (.microseconds(999_600), "1.00 s"),
            (.milliseconds(1240), "1.24 s"), (.milliseconds(9_996), "10.0 s"),
            (.milliseconds(38_240), "38.2 s"),
            (.seconds(100), "100 s"), (.seconds(720), "12 min"), (.seconds(-1), "n/a"), (.seconds(5_940), "99 min"),
            (.seconds(82_800), "23 h"),
            (.seconds(35_000_000), "9722 h"), (.seconds(1e12), "n/a"),
        ])
    func duration(duration: Duration, text: String) {
        #expect(Figures.duration(duration) == text)
        #expect(text.count <= 6)
    }

    @Test("numbers are rounded, and what is no number says so")
    func fixed() {
        #expect(Figures.fixed(0.005, decimals: 2) == "0.01")
        #expect(Figures.fixed(-0.001, decimals: 2) == "0.00")
        #expect(Figures.fixed(2.999, decimals: 2) == "3.00")
        #expect(Figures.fixed(.nan, decimals: 2) == "n/a")
        #expect(Figures.fixed(.infinity, decimals: 0) == "n/a")
        #expect(Figures.rate(48.06) == "48.1")
        #expect(Figures.rate(99.96) == "100")
        #expect(Figures.rate(9_999.4) == "9999" && Figures.rate(22_548) == "22k" && Figures.rate(7e8) == "700M")
        #expect(Figures.count(999) == "999" && Figures.count(12_345) == "12k")
        #expect(Figures.percent(0.2) == "20%")
        #expect(Figures.dollars(Money(microUSD: 3_100)) == "$0.0031")
        #expect(Figures.dollars(Money(microUSD: 1_204_000)) == "$1.20")
    }

    @Test(
        "a speed takes at most four cells, a count three",
        arguments: [0.04, 9.96, 99.94, 999.5, 9_999.6, 1e5, 999_999, 1e9, 1e300])
    func narrow(value: Double) {
        #expect(Figures.rate(value).count <= 4)
        #expect(Figures.count(Int(min(value, 999_999))).count <= 4)
    }

    @Test("what stands in a field never touches what stands before it")
    func fields() {
        #expect(Figures.field("12", 5) == "   12")
        #expect(Figures.field("12345678", 5) == " 123\u{2026}")
    }

    @Test("a bar is as wide as it should be, and something is never nothing")
    func bar() {
        for share in [0, 0.001, 0.1, 0.5, 0.999, 1, 2, -1, .nan] {
            #expect(Bar(share: share, width: 8, color: .brand).spans(.rich).width == 8)
            #expect(Bar(share: share, width: 8, color: .brand).spans(.ascii).width == 8)
        }
        #expect(Bar(share: 0.001, width: 8, color: .brand).spans(.rich)[0].text == "\u{258F}")
        #expect(Bar(share: 0.5, width: 8, color: .brand).spans(.ascii)[0].text == "####")
    }
}
