import ChildProcesses
import Foundation
import Testing

/// What children read.
@Suite struct ChildInputTests {
    @Test(
        "A child's input is read from its beginning, whatever its length, and has no name",
        arguments: [0, 1, 3_000_000])
    func content(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let descriptor = try ChildInput.descriptor(holding: bytes)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        #expect(try (handle.readToEnd() ?? Data()) == Data(bytes))
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        #expect(link.hasSuffix("(deleted)"))
    }
}
