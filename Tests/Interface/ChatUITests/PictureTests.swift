import ChatScenes
import ChatUI
import Foundation
import Testing

/// Pictures of the whole screen, compared with those in `Pictures/`.
///
/// After a change that is meant, `BRIM_RECORD_PICTURES=1 swift test --filter PictureTests` writes them anew; read the
/// difference before it is committed.
struct PictureTests {
    static let sizes = [
        Size(columns: 120, rows: 36), Size(columns: 120, rows: 33), Size(columns: 80, rows: 24),
        Size(columns: 80, rows: 22),
        Size(columns: 60, rows: 15), Size(columns: 40, rows: 10), Size(columns: 39, rows: 9),
    ]

    @Test(
        "every scene looks as its picture at every size and tier of glyphs", arguments: Scene.allCases)
    func pictures(scene: Scene) throws {
        var pages: [String] = []
        for size in Self.sizes {
            let state = scene.stage(size).state
            for tier in GlyphTier.allCases where tier == .rich || size == Size(columns: 80, rows: 24) {
                let frame = state.render(Capabilities(glyphs: tier))
                pages.append(Self.page("\(scene.rawValue) \(size) \(tier)", frame))
            }
        }
        pages.append(Self.digests(scene))
        try Self.compare(pages, with: scene.rawValue + ".txt")
    }

    @Test("colours mean what they should", arguments: [Scene.streaming, .failed, .help])
    func inks(scene: Scene) throws {
        let frame = scene.stage(Size(columns: 80, rows: 24)).state.render(Capabilities())
        try Self.compare([Self.inkPage(scene.rawValue, frame)], with: scene.rawValue + "-inks.txt")
    }

    @Test(
        "a picture without colour has the same text, but draws the empty part of bars",
        arguments: Scene.allCases)
    func mono(scene: Scene) {
        let state = scene.stage(Size(columns: 80, rows: 24)).state
        let colour = state.render(Capabilities(glyphs: .console, colours: .indexed))
        let mono = state.render(Capabilities(glyphs: .console, colours: .mono))
        #expect(colour == mono)
    }

    @Test("plain ASCII is plain ASCII", arguments: Scene.allCases)
    func ascii(scene: Scene) {
        for size in Self.sizes {
            let frame = scene.stage(size).state.render(Capabilities(glyphs: .ascii, colours: .mono))
            #expect(frame.cells.allSatisfy { $0.text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        }
    }

    // MARK: - Pages

    /// All sizes, tiers of glyphs and depths of colour, a line each: what is not a picture of its own is watched too.
    private static func digests(_ scene: Scene) -> String {
        var lines = ["== digests"]
        for size in sizes {
            let state = scene.stage(size).state
            for tier in GlyphTier.allCases {
                for depth in [ColourDepth.indexed, .mono] {
                    let frame = state.render(Capabilities(glyphs: tier, colours: depth))
                    lines.append("\(size) \(tier) \(depth) \(digest(frame))")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// FNV-1a over texts and styles.
    private static func digest(_ frame: Frame) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for cell in frame.cells {
            for byte in cell.text.utf8 { take(byte) }
            take(cell.style.ink.rawValue)
            take(cell.style.ground.rawValue)
            take(cell.style.emphasis.rawValue)
        }
        return String(hash, radix: 16)
    }

    private static func page(_ title: String, _ frame: Frame) -> String {
        var lines = (0..<frame.size.rows).map { "|" + frame.text(row: $0) }
        if let cursor = frame.cursor { lines.append("cursor \(cursor.row),\(cursor.column)") }
        return "== \(title)\n" + lines.joined(separator: "\n") + "\n"
    }

    /// One letter for each cell: its ink; capital where bold.
    private static func inkPage(_ title: String, _ frame: Frame) -> String {
        let rows = (0..<frame.size.rows).map { row in
            let letters = (0..<frame.size.columns).map { column -> String in
                let cell = frame[row, column]
                if cell == .blank { return " " }
                let letter = String("\(cell.style.ink)".prefix(1))
                return cell.style.emphasis.contains(.bold) ? letter.uppercased() : letter
            }
            return "|" + letters.joined()
        }
        return "== \(title)\n" + rows.joined(separator: "\n") + "\n"
    }

    private static func compare(_ pages: [String], with name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Pictures")
        let file = folder.appending(path: name)
        let new = pages.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["BRIM_RECORD_PICTURES"] != nil {
            try Data(new.utf8).write(to: file)
        }
        let old = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        for (new, old) in zip(pages, old.components(separatedBy: "\n\n").map { $0 + "\n" }) {
            #expect(new.trimmingCharacters(in: .newlines) == old.trimmingCharacters(in: .newlines))
        }
        #expect(new == old)
    }
}
