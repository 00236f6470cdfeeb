internal import AssistantCore
internal import Foundation

/// The file of the last turns' figures: a line each, the oldest first, so many and no more.
package struct TurnSampleFile: Sendable {
    /// More lines than are kept are cut off from time to time.
    private static let largest = 1 << 18
    private static let kept = 1_000

    private let directory: String
    private var path: String { directory + "/turns.jsonl" }

    package init(in directory: String) { self.directory = directory }

    /// Adds a line. Programs that add at the same time do not disturb each other: each writes its line in one go.
    package func append(_ sample: TurnSample) throws(UpdateError) {
        guard var line = try? JSONEncoder().encode(sample) else { return }
        line.append(UInt8(ascii: "\n"))
        try FileAccess.makeDirectory(directory)
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileAccess.failure("\(path) cannot be written") }
        defer { close(descriptor) }
        let count = unsafe line.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count == line.count else { throw FileAccess.failure("\(path) cannot be written") }
        var information = stat()
        guard unsafe fstat(descriptor, &information) == 0, information.st_size > Self.largest else { return }
        let lines = try samples().suffix(Self.kept).compactMap { try? JSONEncoder().encode($0) }
        try FileAccess.write(lines.flatMap { Array($0) + [UInt8(ascii: "\n")] }, to: path, in: directory)
    }

    /// All there are, the oldest first; a line that was damaged is left out.
    package func samples() throws(UpdateError) -> [TurnSample] {
        let bytes = try FileAccess.read(path, limit: Int64(Self.largest) * 4) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(TurnSample.self, from: Data($0))
        }
    }
}
