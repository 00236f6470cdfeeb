import ChatScenes
import ChatUI
import Foundation
import Testing

/// Pictures of the whole screen, compared with those in `Pictures/`: text that a person can read, at every size, tier of
/// glyphs and depth of colour that ``Picture/all(of:)`` names.
///
/// After a change that is meant, `BRIM_RECORD_PICTURES=1 swift test --filter PictureTests` writes them anew; read the
/// difference before it is committed.
struct PictureTests {
    @Test("every scene looks as its pictures", arguments: Scene.allCases)
    func pictures(scene: Scene) throws {
        var seen: [String: String] = [:]
        let pages = Picture.all(of: scene).map { picture in
            let body = picture.rows
            defer { if seen[body] == nil { seen[body] = picture.title } }
            return "== \(picture.title)\n" + (seen[body].map { "as \($0)\n" } ?? body)
        }
        try Self.compare(pages + Picture.styles(of: scene), with: scene.rawValue + ".txt")
    }

    @Test("every state of a kiosk and of a conversation that has to be told at a glance is drawn in the whole matrix")
    func matrix() {
        for scene in Picture.telling {
            #expect(Picture.all(of: scene).count == Picture.sizes.count * GlyphTier.allCases.count * 2)
        }
        #expect(Picture.telling.count == 12)
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
        for size in Picture.sizes {
            let frame = scene.stage(size).state.render(Capabilities(glyphs: .ascii, colours: .mono))
            #expect(frame.cells.allSatisfy { $0.text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        }
    }

    @Test(
        "where answers are made, how the microphone stands and how to get help is said at every size",
        arguments: Scene.allCases)
    func never(scene: Scene) {
        // Who is not there yet sees the invitation, and a panel lies over what it is about.
        guard ![.attract, .warning, .pin].contains(scene) else { return }
        for size in Picture.sizes where size.columns >= 40 {
            let screen = scene.stage(size).screen
            let header = screen.prefix { $0 != "\n" }
            #expect(header.contains("LOCAL") || header.contains("NEBIUS"), "\(scene) \(size): \(header)")
            #expect(header.contains("mic") || header.contains("REC") || header.contains("hearing"), "\(scene) \(size)")
            #expect(screen.contains("F1 help") || screen.contains("Esc close"), "\(scene) \(size)")
        }
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
