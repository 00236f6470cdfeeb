import DeviceSensors
import ArgumentParser
import AssistantCore
import ExactTools
import Foundation
import LocalInference

extension ModelsCommand {
    /// `brim models inspect`: what a file holds, and what this device could do with it.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a GGUF file holds, and whether and how fast it can run here.",
            discussion: """
                  brim models inspect model.gguf
                  brim models inspect smollm2-135m --context 8192
                  brim models inspect model.gguf --json --tensors | jq .

                Only the header is read. The speed is a limit and no forecast: a generated token reads every weight once, \
                so this device cannot be faster than it reads memory, which is measured (--no-speed leaves it out).
                """)

        @Argument(help: ArgumentHelp("The GGUF file, or a model's name in `brim models`.", valueName: "file"))
        var file: String
        @Option(help: "Tokens of the context that memory and speed are told for.") var context: Int?
        @Flag(help: "List every tensor.") var tensors = false
        @Flag(inversion: .prefixedNo, help: "Measure how fast memory is read.") var speed = true
        @Flag(help: "A JSON object.") var json = false
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if let context, context < 1 { throw ValidationError("--context takes 1 or more") }
        }

        func run() throws {
            let inspection = try ModelInspection(
                path: try options.path(ofModel: file), contextLength: context, threads: options.threadCount,
                availableMemoryBytes: LinuxSensors().memory?.bytes("MemAvailable"), measuresBandwidth: speed)
            if json { try JSONLines.write(Report(inspection, listsTensors: tensors)) } else { try show(inspection) }
        }

        private func show(_ inspection: ModelInspection) throws {
            func line(_ name: String, _ value: String) throws {
                try Terminal.writeLine(name.padding(toLength: 16, withPad: " ", startingAt: 0) + value)
            }
            try line("file", "\(inspection.path), \(Self.megabytes(inspection.bytes)), GGUF \(inspection.version)")
            try line("parameters", String(format: "%.1f million", Double(inspection.parameters) / 1e6))
            for share in inspection.types {
                try line(share.type, "\(share.tensors) tensors, \(Self.megabytes(share.bytes))")
            }
            if let shape = inspection.shape {
                try line(
                    "shape",
                    "\(shape.layers) layers of \(shape.modelDimension), feed-forward \(shape.feedForwardDimension), "
                        + "\(shape.heads) heads of \(shape.headDimension) (\(shape.kvHeads) for keys and values)")
                try line(
                    "vocabulary", "\(shape.vocabulary) tokens; \(inspection.hasChatTemplate ? "" : "no ")chat template")
                try line("context", "\(shape.context) of \(shape.trainedContext) tokens")
                try line(
                    "per token",
                    "\(Self.megabytes(shape.bytesPerToken)) of weights, and \(Self.megabytes(shape.cacheBytes)) of keys "
                        + "and values when the context is full")
                let free = inspection.availableMemoryBytes.map { " of \(Self.megabytes($0)) that are free" } ?? ""
                try line("memory", Self.megabytes(shape.memoryBytes) + free)
            }
            if let bandwidth = inspection.readBandwidth, let limit = inspection.speedLimit,
                let full = inspection.fullContextSpeedLimit
            {
                try line(
                    "speed here",
                    String(
                        format: "at most %.0f tokens/s, %.0f with a full context (memory is read at %.1f GB/s)", limit,
                        full, bandwidth / 1e9))
            }
            try line("runs here", inspection.obstacles.isEmpty ? "yes" : "no")
            for obstacle in inspection.obstacles { try line("", obstacle) }
            try Terminal.writeLine("")
            for entry in inspection.metadata { try Terminal.writeLine("\(entry.key) = \(entry.value)") }
            guard tensors else { return }
            try Terminal.writeLine("")
            for tensor in inspection.tensors {
                let dimensions = tensor.dimensions.map(String.init).joined(separator: " x ")
                try Terminal.writeLine("\(tensor.name)  \(tensor.type)  \(dimensions)")
            }
        }

        private static func megabytes(_ bytes: Int) -> String {
            bytes < 10_000_000 ? String(format: "%.1f MB", Double(bytes) / 1e6) : "\((bytes + 500_000) / 1_000_000) MB"
        }
    }
}

extension ModelsCommand.Inspect {
    /// The same for machines.
    struct Report: Encodable {
        struct TypeShare: Encodable {
            var tensors: Int
            var bytes: Int
        }

        struct Tensor: Encodable {
            var name: String
            var type: String
            var dimensions: [Int]
            var bytes: Int
        }

        var file: String
        var bytes: Int
        var version: Int
        var parameters: Int
        var metadata: [String: String]
        var types: [String: TypeShare]
        var tensors: [Tensor]?
        var layers: Int?
        var context: Int?
        var trained_context: Int?
        var bytes_per_token: Int?
        var cache_bytes: Int?
        var memory_bytes: Int?
        var available_memory_bytes: Int?
        var has_chat_template: Bool
        var runs: Bool
        var obstacles: [String]
        var read_bytes_per_s: Double?
        var tokens_per_s_at_most: Double?
        var tokens_per_s_at_most_full_context: Double?

        init(_ inspection: ModelInspection, listsTensors: Bool) {
            file = inspection.path
            bytes = inspection.bytes
            version = inspection.version
            parameters = inspection.parameters
            metadata = Dictionary(inspection.metadata.map { ($0.key, $0.value) }) { first, _ in first }
            types = Dictionary(
                uniqueKeysWithValues: inspection.types.map {
                    ($0.type, TypeShare(tensors: $0.tensors, bytes: $0.bytes))
                })
            tensors =
                listsTensors
                ? inspection.tensors.map {
                    Tensor(name: $0.name, type: $0.type, dimensions: $0.dimensions, bytes: $0.bytes)
                } : nil
            layers = inspection.shape?.layers
            context = inspection.shape?.context
            trained_context = inspection.shape?.trainedContext
            bytes_per_token = inspection.shape?.bytesPerToken
            cache_bytes = inspection.shape?.cacheBytes
            memory_bytes = inspection.shape?.memoryBytes
            available_memory_bytes = inspection.availableMemoryBytes
            has_chat_template = inspection.hasChatTemplate
            runs = inspection.obstacles.isEmpty
            obstacles = inspection.obstacles
            read_bytes_per_s = inspection.readBandwidth
            tokens_per_s_at_most = inspection.speedLimit
            tokens_per_s_at_most_full_context = inspection.fullContextSpeedLimit
        }
    }
}
