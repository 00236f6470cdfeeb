import ArgumentParser
import Foundation
import LocalInference

extension ModelsCommand {
    /// `brim models quantize`: a model's weights in another type.
    struct Quantize: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a model's weights anew in another type.",
            discussion: """
                  brim models quantize model-f16.gguf model-q4_1.gguf --type Q4_1
                  brim models quantize model-q4_k_m.gguf smaller.gguf --head Q5_K --embedding Q4_K

                Fewer bits are a smaller file and a faster answer, for a text that is a little worse: compare with \
                `brim perplexity`. Matrices take the type; norms and biases stay as they are, and so does everything else \
                the file says. The head, which chooses between words, keeps 8 bits (with K types 6) unless --pure. Rows \
                that are no whole number of the type's blocks (32 weights, with K types 256) fall back to a type that fits, \
                which is said.

                Types: \(ModelConversion.types.map { "\($0.name) (\(Self.bits($0.bitsPerWeight)) bits)" }.joined(separator: ", ")).

                From F16 or F32 is best: what was quantised before loses twice. OUT appears at once and whole, or not at \
                all.
                """)

        @Argument(help: ArgumentHelp("The GGUF file, or a model's name in `brim models`.", valueName: "in")) var input:
            String
        @Argument(help: ArgumentHelp("The file to write.", valueName: "out")) var output: String
        @Option(help: "What matrices become; left out, they stay as they are.") var type: String?
        @Option(help: "What the head becomes in place of that.") var head: String?
        @Option(help: "What the embedding becomes in place of that, where it is not the head as well.")
        var embedding: String?
        @Flag(help: "The head takes the type as well.") var pure = false
        @Flag(help: "Replace OUT if it is there.") var force = false
        @Flag(help: "A JSON object in the end.") var json = false
        @OptionGroup var options: GlobalOptions

        private struct Line: Encodable {
            var output: String
            var source_bytes: Int
            var written_bytes: Int
            var tensors: [String: Int]
            var fallbacks: [String: String]
            var requantised_from: [String]
        }

        func validate() throws {
            let types = [("--type", type), ("--head", head), ("--embedding", embedding)]
            guard types.contains(where: { $0.1 != nil }) else {
                throw ValidationError("say what becomes of the weights: --type, or --head and --embedding")
            }
            for case (let option, let type?) in types {
                guard ModelConversion.types.contains(where: { $0.name.lowercased() == type.lowercased() }) else {
                    let known = ModelConversion.types.map(\.name).joined(separator: ", ")
                    throw ValidationError("\(option) takes one of \(known), not \(type)")
                }
            }
        }

        func run() async throws {
            let conversion = ModelConversion(
                source: try options.path(ofModel: input), destination: output, type: type, head: head,
                embedding: embedding, isPure: pure, replaces: force, threads: options.threadCount)
            let output = output
            let report = try await Interruption.cancelling {
                try await conversion.run { share in
                    Terminal.progress("Writing \(output): \(Int(share * 100)) %")
                }
            }
            Terminal.endProgress()
            if json {
                return try JSONLines.write(
                    Line(
                        output: output, source_bytes: report.sourceBytes, written_bytes: report.writtenBytes,
                        tensors: report.tensors, fallbacks: report.fallbacks, requantised_from: report.requantised))
            }
            try show(report)
        }

        private func show(_ report: ModelConversion.Report) throws {
            if !report.requantised.isEmpty {
                Terminal.writeError(
                    "(from \(report.requantised.joined(separator: ", ")), which had lost precision before; "
                        + "an F16 file of the model gives more)")
            }
            for (type, names) in Dictionary(grouping: report.fallbacks.keys, by: { report.fallbacks[$0] ?? "" }) {
                let some = names.sorted().prefix(2).joined(separator: ", ")
                Terminal.writeError(
                    "(rows that do not fit are \(type): \(names.count) x \(some)\(names.count > 2 ? ", …" : ""))"
                )
            }
            let types = report.tensors.sorted { ($0.value, $0.key) > ($1.value, $1.key) }
            let share = 100 * Double(report.writtenBytes) / Double(max(1, report.sourceBytes))
            try Terminal.writeLine(
                "\(output): \(report.writtenBytes / 1_000_000) MB, \(Int(share.rounded())) % of \(input); "
                    + types.map { "\($0.value) x \($0.key)" }.joined(separator: ", "))
        }

        private static func bits(_ number: Double) -> String {
            number == number.rounded() ? String(Int(number)) : String(number)
        }
    }
}
