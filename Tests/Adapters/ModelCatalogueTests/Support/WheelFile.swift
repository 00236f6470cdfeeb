import Foundation
import Testing

/// A wheel as tools make them.
enum WheelFile {
    /// Writes an archive with these members; `isStored` leaves them as they are.
    static func make(_ path: String, _ members: [String: [UInt8]], isStored: Bool = false) throws {
        let folder = path + ".members"
        for (name, bytes) in members {
            let file = folder + "/" + name
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: file))
        }
        let script = """
            import os, sys, zipfile
            path, folder, method = sys.argv[1], sys.argv[2], int(sys.argv[3])
            with zipfile.ZipFile(path, "w", method) as wheel:
                for root, _, names in os.walk(folder):
                    for name in names:
                        file = os.path.join(root, name)
                        wheel.write(file, os.path.relpath(file, folder))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path, folder, isStored ? "0" : "8"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        try FileManager.default.removeItem(atPath: folder)
    }
}
