import Confidence
import Foundation

/// What ships with the program, for tests of its soundness.
enum ShippedFiles {
    static let assets = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "assets")

    static func profile(_ name: String) throws -> ModelProfile {
        try ModelProfile(decoding: Array(Data(contentsOf: assets.appending(path: "profiles/\(name).json"))))
    }
}
