import Foundation
import Testing

@testable import Routing

/// The same personal data as mail, web pages, tables, program text and habits of other countries write it.
@Suite("PII: variants of writing")
struct PIIVariantTests {
    private struct Variant: Decodable {
        var kind: String
        var text: String
        var secret: String
    }

    private func redacted(_ text: String) -> String {
        let utf8 = Array(text.utf8)
        var left: [UInt8] = []
        var position = 0
        for finding in PIIScanner().scan(text) {
            left += utf8[position..<finding.range.lowerBound] + Array("<…>".utf8)
            position = finding.range.upperBound
        }
        return String(decoding: left + utf8[position...], as: UTF8.self)
    }

    @Test("Of the audit's variants nothing leaves but a name without a title and a number written backwards")
    func audit() throws {
        let file = try #require(Bundle.module.url(forResource: "Fixtures/pii-variants", withExtension: "json"))
        let variants = try JSONDecoder().decode([Variant].self, from: Data(contentsOf: file))
        #expect(variants.count == 110)
        let leaving = variants.filter { redacted($0.text).contains($0.secret) || redacted($0.text) == $0.text }
        #expect(leaving.map(\.kind) == ["card reversed", "name plain"])
    }

    /// What may stand between two groups of a number: white space, what nobody sees, and the marks of mail, HTML, Markdown,
    /// tables and program text.
    static let separators = [
        " ", "  ", "\t", "\n", "\r\n", " \n ", "\n\t", "\t\t", "\u{A0}", "\u{2009}", "\u{3000}", " \u{200B} ",
        "\u{200E} \u{200F}", "&nbsp;", "&#160;", "&#x20;", "&ensp;", "</td><td>", "<br>", "<br/>\n", "</b> <b>",
        "** **", "` `", "* *", "\\n", "\\t", "\\u00a0", "\\ ", "%20", "=20", "=C2=A0", "\n> ", "\n>> ", "\n# ", "\n// ",
        " | ",
        "-\n",
    ]

    @Test("Numbers with a checksum are found whatever white space means between their groups", arguments: separators)
    func grouped(separator: String) {
        let numbers = [
            ["4012", "8888", "8888", "1881"], ["3782", "822463", "10005"],
            ["DE89", "3704", "0044", "0532", "0130", "00"],
            ["756", "9217", "0769", "85"], ["529", "982", "247", "25"],
        ]
        for groups in numbers {
            let number = groups.joined(separator: separator)
            let left = redacted("it is \(number), thanks")
            #expect(left == "it is <…>, thanks", "\(groups[0]) with \(separator.debugDescription)")
        }
    }

    @Test("Invisible characters within a number, an address or a token hide nothing")
    func invisible() {
        let marks = [
            "\u{200B}", "\u{200D}", "\u{AD}", "\u{61C}", "\u{2060}", "\u{FEFF}", "\u{E0041}", "\u{34F}", "\u{0}",
            "\u{7F}",
            "\u{9B}", "\u{202E}", "\u{FE0F}", "\u{301}", "&shy;", "&zwj;", "<wbr>", "<!-- -->", "\u{1B}[1m", "=\n",
        ]
        for mark in marks {
            for text in ["4012888888881881", "jane.doe@example.org", "+49301234567", "DE89370400440532013000"] {
                let hidden = text.map(String.init).enumerated()
                    .map { $0.offset % 3 == 2 && $0.offset < text.count - 1 ? $0.element + mark : $0.element }.joined()
                #expect(redacted("see \(hidden) there") == "see <…> there", "\(text) with \(mark.debugDescription)")
            }
        }
    }

    @Test(
        "Addresses that are wrapped, spelled or encoded are addresses",
        arguments: [
            "anna.b@exam-\nple.org", "anna.b@\nexample.org", "anna.b\n@example.org", "anna.b@example.\norg",
            "anna @ example . org", "anna at example dot org", "anna (at) example.org", "anna [at] example [dot] org",
            "anna%40example.org", "anna&#64;example.org", "anna&commat;example.org", "anna\\@example.org",
            "anna\\u0040example.org", "anna=40example.org", "anna@exam=\nple.org",
            "anna@<b>example</b>.org", "\"anna b\"@example.org", "anna@[192.0.2.9]", "anna#b@example.org",
            "anna﹫example.org", "anna\n> @example.org",
        ])
    func addresses(address: String) {
        #expect(redacted("to \(address), please").hasPrefix("to <…>"))
        #expect(!redacted("to \(address), please").contains("anna"))
    }

    @Test("An address with emphasis in it does not leave either")
    func emphasis() { #expect(!redacted("to **anna**@example.org, please").contains("anna")) }

    @Test(
        "Mobiles are found as they are written at home",
        arguments: [
            "9876543210", "98765 43210", "13800138000", "138 0013 8000", "138-0013-8000", "(11) 98765-4321",
            "11 98765-4321",
            "11987654321", "89123456789", "8 (912) 345-67-89", "8 912 345 67 89", "55 1234 5678", "601 234 567",
            "601-234-567", "612 34 56 78", "412 34 567", "91 23 45 67", "090-1234-5678", "0412 345 678", "2125550123",
        ])
    func mobiles(number: String) {
        #expect(redacted("Ring \(number) please.") == "Ring <…> please.")
    }

    @Test("A column of numbers is no telephone number and no card")
    func columns() {
        for text in [
            "212\n555\n0123", "601\n234\n567", "212\t555\t0123", "1024, 2048, 4096, 5120, 6144, 7168",
            "2000 2001 2002 2003 2004",
            "02110-1301", "2147483648", "60000-64999", "4294967296",
        ] {
            #expect(redacted("a \(text) b") == "a \(text) b")
        }
    }
}
