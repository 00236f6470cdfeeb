import Foundation
import Subprocess
import SystemPackage

/// Programs that judge what this target writes, where they are installed.
enum Programs {
    struct Result {
        var isSuccess: Bool
        var output: String
        var error: String
    }

    static func path(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Of a Python that has the official package: `OTLP_PYTHON`, or the one in PATH.
    static let python: String? = {
        guard let python = ProcessInfo.processInfo.environment["OTLP_PYTHON"] ?? path("python3") else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", "import opentelemetry.proto.collector.metrics.v1.metrics_service_pb2"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? python : nil
    }()

    static func run(_ program: String, _ arguments: [String], _ input: [UInt8]) async throws -> Result {
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments), input: .array(input),
            output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
        return Result(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            error: result.standardError)
    }
}
