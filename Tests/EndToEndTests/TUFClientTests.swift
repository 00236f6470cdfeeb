import Foundation
import Testing

@Suite struct TUFClientTests {
    private static let repository = Brim.root + "/Tests/Adapters/UpdatesTests/Fixtures/python-tuf"

    @Test("brim tuf-client begins with a root, brings metadata up to date and downloads what it vouches for")
    func client() throws {
        let directory = NSTemporaryDirectory() + "brim-tuf-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try FileServer(Self.repository)
        let metadata = ["tuf-client", "--metadata-dir", directory + "/metadata"]
        func run(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(
                Brim.executable, metadata + arguments, input: nil, environment: Brim.environment())
        }

        let early = try run("--metadata-url", server.address + "/metadata", "refresh")
        #expect(early.status == 1)
        #expect(early.error.contains("begin with the root"), "\(early.error)")
        #expect(try run("init", Self.repository + "/metadata/1.snapshot.json").status == 1)
        #expect(!FileManager.default.fileExists(atPath: directory + "/metadata"))
        #expect(try run("init", Self.repository + "/metadata/1.root.json").status == 0)
        let refresh = try run("--metadata-url", server.address + "/metadata/", "refresh")
        #expect(refresh.status == 0 && refresh.output == "" && refresh.error == "", "\(refresh.error)")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory + "/metadata").sorted()
        #expect(files == ["root.json", "snapshot.json", "targets.json", "timestamp.json"])

        let download = try run(
            "--metadata-url", server.address + "/metadata", "--target-base-url", server.address + "/targets",
            "--target-dir", directory + "/targets", "--target-name", "calibrations/a.json", "--target-name",
            "voices/jo.onnx", "--target-name", "unknown", "--target-name", "calibrations/a.json", "download")
        #expect(download.status == 1)
        #expect(download.error.contains("“unknown”"), "\(download.error)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory + "/targets").sorted() == [
                "calibrations%2Fa.json", "voices%2Fjo.onnx",
            ])
        #expect(try run("download").status == 2)
        #expect(try run("refresh").status == 2)
    }
}
