import ArgumentParser
import Foundation
import LocalInference
import Updates

extension ModelsCommand {
    /// `brim models diff`: what changes one model file into another.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what changes one model file into another, as a file of its own.",
            discussion: """
                  brim models diff old.gguf new.gguf --out new.delta
                  brim models diff old.gguf new.gguf --json

                Tensors of the same name, type and shape are subtracted byte by byte; what is left goes by what is near in \
                OLD. A model that was trained a little further, or whose metadata changed, has a small delta; one that was \
                quantised to another type, or another model, has none worth sending, which is said. Without --out only the \
                size is told. assets/fleet/publish sends deltas; brim models patch applies one by hand.
                """)

        @Argument(help: ArgumentHelp("What devices have.", valueName: "old")) var old: String
        @Argument(help: ArgumentHelp("What they are to have.", valueName: "new")) var new: String
        @Option(help: "The file to write.", completion: .file()) var out: String?
        @Flag(help: "A JSON object.") var json = false
        @OptionGroup var options: GlobalOptions

        private struct Line: Encodable {
            var delta_bytes: Int64
            var new_bytes: Int64
            var share: Double
            var changed_bytes: Int64
            var tensors_in_common: Int
            var out: String?
        }

        func run() async throws {
            let (old, new) = (try options.path(ofModel: old), try options.path(ofModel: new))
            let segments = TensorLayout.shared(old, new).compactMap { FileDelta.Segment(base: $0.base, new: $0.new) }
            let destination =
                out
                ?? FileManager.default.temporaryDirectory.appendingPathComponent("brim-\(UUID().uuidString).delta").path
            defer { if out == nil { try? FileManager.default.removeItem(atPath: destination) } }
            let outcome = try await Interruption.cancelling {
                try FileDelta.make(from: old, to: new, segments: segments, at: destination) {
                    Terminal.progress("comparing: \(Int($0 * 100)) %")
                }
            }
            Terminal.endProgress()
            let share = Double(outcome.bytes) / Double(max(1, outcome.newBytes))
            if json {
                return try JSONLines.write(
                    Line(
                        delta_bytes: outcome.bytes, new_bytes: outcome.newBytes, share: share,
                        changed_bytes: outcome.changedBytes, tensors_in_common: outcome.segments, out: out))
            }
            try Terminal.writeLine(
                String(
                    format: "%.2f MB of %.1f MB (%.1f %%); %d tensors in common, of which %.2f %% of all bytes differ",
                    Double(outcome.bytes) / 1e6, Double(outcome.newBytes) / 1e6, share * 100, outcome.segments,
                    Double(outcome.changedBytes) / Double(max(1, outcome.newBytes)) * 100))
            if share > 0.7 { Terminal.writeError("A delta of that size is not worth sending; publish the whole file.") }
        }
    }

    /// `brim models patch`: a model file of another and of what changes it.
    struct Patch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a model file of another and a delta of brim models diff.",
            discussion: """
                  brim models patch old.gguf new.delta new.gguf
                  brim models patch smollm2-135m tuned.delta tuned.gguf

                OUT appears at once and whole when its SHA-256 is right, or not at all. A delta of another file is refused.
                """)

        @Argument(help: ArgumentHelp("The file that the delta was made of.", valueName: "old")) var old: String
        @Argument(help: "What brim models diff wrote.") var delta: String
        @Argument(help: "The file to write.") var out: String
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            guard !FileManager.default.fileExists(atPath: out) else {
                throw CommandFailure("\(out) is there already; name another file")
            }
            let old = try options.path(ofModel: old)
            try await Interruption.cancelling { [delta, out] in
                let directory = (out as NSString).deletingLastPathComponent
                try FileDelta.apply(delta, to: old, at: out, in: directory.isEmpty ? "." : directory) { done in
                    Terminal.progress("writing \(out): \(done >> 20) MB")
                }
            }
            Terminal.endProgress()
        }
    }
}
