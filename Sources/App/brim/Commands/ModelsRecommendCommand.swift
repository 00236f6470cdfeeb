import ArgumentParser
import Foundation
import LocalInference
import ModelCatalogue

extension ModelsCommand {
    /// `brim models recommend`: which model suits this device.
    struct Recommend: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Which models suit this device, to answer and to hear, and why.",
            discussion: """
                The speed is predicted: a token reads every weight once, so it is the speed of this device's memory, which \
                is measured, by the size of the model. The share of right answers was measured on 260 short questions that \
                no model was tuned on.
                """)

        @OptionGroup var options: GlobalOptions
        @Flag(help: "A JSON object.") var json = false

        struct Report: Encodable {
            struct Row: Encodable {
                var name: String
                var bytes: Int64
                var memoryBytes: Int64
                var tokensPerSecond: Double?
                var accuracy: Double?
                var present: Bool
                var fits: Bool
                var obstacles: [String]

                enum CodingKeys: String, CodingKey {
                    case name, bytes, accuracy, present, fits, obstacles
                    case memoryBytes = "memory_bytes"
                    case tokensPerSecond = "tokens_per_second"
                }
            }
            var pick: String?
            var reason: String
            var readBytesPerSecond: Double?
            var models: [Row]
            var speechPick: String?
            var speechReason: String

            enum CodingKeys: String, CodingKey {
                case pick, reason, models
                case speechPick = "speech_pick"
                case speechReason = "speech_reason"
                case readBytesPerSecond = "read_bytes_per_second"
            }
        }

        func run() throws {
            let library = try options.library()
            let device = try ModelSelection.capacity(options, library, measures: true)
            let recommendation = library.recommendation(on: device)
            let speech = library.speechRecommendation(on: device)
            guard !json else { return try JSONLines.write(Self.report(recommendation, speech, device)) }
            for forecast in recommendation.forecasts {
                let mark = forecast.entry.name == recommendation.pick?.entry.name ? "* " : "  "
                try Terminal.writeLine(mark + forecast.line)
            }
            try Terminal.writeLine("")
            try Terminal.writeLine(recommendation.reason)
            if let pick = recommendation.pick, !pick.isPresent {
                try Terminal.writeLine("To get it: brim models pull \(pick.entry.name)")
            }
            try Terminal.writeLine(speech.reason)
            if let pick = speech.pick, !pick.isPresent {
                try Terminal.writeLine("To get it: brim models pull \(pick.entry.name)")
            }
        }

        private static func report(
            _ recommendation: ModelRecommendation, _ speech: SpeechRecommendation, _ device: DeviceCapacity
        ) -> Report {
            Report(
                pick: recommendation.pick?.entry.name, reason: recommendation.reason,
                readBytesPerSecond: device.readBytesPerSecond,
                models: recommendation.forecasts.map {
                    Report.Row(
                        name: $0.entry.name, bytes: $0.entry.bytes, memoryBytes: $0.memoryBytes,
                        tokensPerSecond: $0.tokensPerSecond, accuracy: $0.entry.accuracy, present: $0.isPresent,
                        fits: $0.fits, obstacles: $0.obstacles)
                },
                speechPick: speech.pick?.entry.name, speechReason: speech.reason)
        }
    }
}
