import Foundation
import Testing

@Suite("Names of types and functions")
struct NameTests {
    /// Runs the check of names that `make lint` runs.
    private func check(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = SourceFile.repository.appending(path: ".ci/names")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test("No retired word is part of a name in Sources and Tests")
    func allNames() throws {
        let (status, output) = try check([])
        #expect(output == "")
        #expect(status == 0)
    }

    @Test(
        "A retired word is refused wherever it is part of a name, and in names alone",
        arguments: [
            ("struct CloudDesk {}", "CloudDesk"), ("    case tell(String)", "tell"),
            ("public final class TakeOver {}", "TakeOver"),
            ("func toldOf(_ name: String) {}", "toldOf"), ("enum BudgetStanding { case open }", "BudgetStanding"),
            ("typealias Ink = Int", "Ink"), ("private func x() {}; protocol FileHelper {}", "FileHelper"),
            ("struct Desktop { let ink = 1, thinking = 2 }", nil), ("// struct Desk", nil),
            ("switch desk { case .tell: break }", nil), ("enum Kind { case shrink, retell }", nil),
        ] as [(String, String?)])
    func refusal(_ code: String, _ name: String?) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "names-\(UUID().uuidString).swift")
        try code.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let (status, output) = try check([file.path])
        #expect((status != 0) == (name != nil))
        if let name { #expect(output.contains(":1: \(name): ")) } else { #expect(output.isEmpty) }
    }
}
