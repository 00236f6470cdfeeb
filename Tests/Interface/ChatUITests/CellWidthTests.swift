import Testing

@testable import ChatUI

struct CellWidthTests {
    @Test(
        "a cluster takes the cells that terminals give it",
        arguments: [
            ("a", 1), ("\u{E9}", 1), ("e\u{301}", 1), ("\u{82D4}", 2), ("\u{FF21}", 2), ("\u{AC00}", 2),
            ("\u{1100}\u{1161}\u{11A8}", 2), ("\u{1F600}", 2), ("\u{1F44D}\u{1F3FD}", 2),
            ("\u{1F1EB}\u{1F1F7}", 2),
            ("\u{2028}", 0), ("\u{AD}", 0), ("\u{301}", 1), ("\u{FFFD}", 1), ("\u{378}", 1),
            ("\u{E000}", 1),
            ("\u{915}\u{94D}\u{937}", 2), ("\u{0}", 0), ("\u{7F}", 0),
        ])
    func cluster(text: String, width: Int) {
        #expect(CellWidth.of(text) == width)
    }

    @Test(
        "a cluster is cut into cells of just its width, none holding more than a cell of ncurses can")
    func splitAgrees() {
        let hostile = [
            "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}", "\u{301}", "\u{1F1EB}\u{1F1F7}",
            "\u{1F44D}\u{1F3FD}",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1B}", "\u{9B}", "\u{600}1", "\u{E0001}",
            "\u{FE0F}", "❤\u{FE0F}", "葛\u{E0100}", "\u{200D}", "\u{1F3F4}\u{E0067}\u{E007F}",
        ]
        for character in hostile.joined() {
            let clusters = CellCluster.split(character)
            #expect(clusters.reduce(0) { $0 + $1.width } == CellWidth.of(character))
            #expect(clusters.allSatisfy { $0.text.unicodeScalars.count <= CellCluster.maximumMarks + 1 })
        }
    }

    @Test("no scalar that a terminal acts on comes through as a cell")
    func controls() {
        for value in Array(0..<0x20) + Array(0x7F..<0xA0) {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            #expect(CellCluster.split(Character(scalar)).isEmpty)
        }
    }

    @Test("every scalar is cut as wide as it is measured, and stands in the table once")
    func everyScalar() {
        #expect(
            zip(CellWidth.wideRanges, CellWidth.wideRanges.dropFirst()).allSatisfy {
                $0.upperBound < $1.lowerBound
            })
        let wrong = (0..<0x3_0000).lazy.compactMap(Unicode.Scalar.init).first { scalar in
            CellCluster.split(Character(scalar)).reduce(0) { $0 + $1.width }
                != CellWidth.of(Character(scalar))
        }
        #expect(wrong == nil)
    }
}
