import Foundation
import Testing

@Suite("Access of symbols")
struct AccessTests {
    /// The lines of a file that declare something public, with the line above, attributes left out.
    private func publicLines(_ text: String) -> [(line: Int, above: Substring, code: Substring)] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
        return lines.indices.compactMap { index in
            guard lines[index].hasPrefix("public ") || lines[index].hasPrefix("@") && lines[index].contains(" public ")
            else { return nil }
            let above = lines[..<index].last { !$0.hasPrefix("@") } ?? ""
            return (index + 1, above, lines[index])
        }
    }

    private func files(in floor: String) throws -> [(name: String, text: String)] {
        let root = SourceFile.repository.appending(path: "Sources/" + floor)
        return try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }.sorted()
            .map { (floor + "/" + $0, try String(contentsOf: root.appending(path: $0), encoding: .utf8)) }
    }

    @Test(
        "Nothing above the engine is public: the package has no library product",
        arguments: [
            "Assistant", "Adapters", "Interface", "App",
        ])
    func nothingPublic(_ floor: String) throws {
        for (name, text) in try files(in: floor) {
            let lines = publicLines(text).map { "\(name):\($0.line): \($0.code)" }
            #expect(lines == [])
        }
    }

    @Test("What the engine makes public has a documentation comment")
    func documented() throws {
        var count = 0
        for (name, text) in try files(in: "Engine") {
            let lines = publicLines(text).filter { !$0.code.contains("import ") }
            count += lines.count
            #expect(lines.filter { !$0.above.hasPrefix("///") }.map { "\(name):\($0.line): \($0.code)" } == [])
        }
        #expect(count > 100)
    }
}
