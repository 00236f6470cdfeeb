import AssistantCore
import Pilots

/// What `brim pilot report --json` writes. What was not measured is absent, and in `not_measured`.
struct PilotObject: Encodable {
    private struct Stage: Encodable {
        var name: String
        var count: Int
        var p50_ms: Double?
        var p95_ms: Double?
        var p99_ms: Double?
    }

    private struct Device: Encodable {
        var samples: Int
        var mean_watts: Double?
        var mean_joules: Double?
        var hottest_celsius: Double?
        var hottest_hat_celsius: Double?
        var throttled_samples: Int?
        var least_available_bytes: Int?
        var most_swap_bytes: Int?
        var uptime_s: Double?
        var restarted: Bool?
    }

    private struct Figures: Encodable {
        var turns: Int
        var routes: [String: Int]
        var stages: [Stage]
        var tokens_per_second: Double?
        var error_rate: Double?
        var unsure_rate: Double?
        var thumbs_up: Int
        var thumbs_down: Int
        var escalated_share: Double?
        var escalations: [String: Int]
        var charged_usd: Double
        var worst_case_usd: Double
        var requests: Int
        var device: Device
        var not_measured: [String]

        init(_ figures: PilotFigures) {
            turns = figures.turns
            routes = Dictionary(uniqueKeysWithValues: figures.routes.map { ($0.key.rawValue, $0.value) })
            stages = figures.stages.map {
                Stage(
                    name: $0.name, count: $0.count, p50_ms: $0.p50?.inMilliseconds, p95_ms: $0.p95?.inMilliseconds,
                    p99_ms: $0.p99?.inMilliseconds)
            }
            tokens_per_second = figures.tokensPerSecond
            (error_rate, unsure_rate) = (figures.errorRate, figures.unsureRate)
            (thumbs_up, thumbs_down) = (figures.beside.right, figures.beside.wrong)
            escalated_share = figures.escalatedShare
            escalations = Dictionary(uniqueKeysWithValues: figures.escalations.map { ($0.reason, $0.count) })
            charged_usd = Double(figures.beside.chargedMicroUSD) / 1e6
            worst_case_usd = Double(figures.beside.worstCaseMicroUSD) / 1e6
            requests = figures.beside.requests
            let health = figures.health
            device = Device(
                samples: health.samples, mean_watts: health.meanWatts, mean_joules: health.meanJoules,
                hottest_celsius: health.celsius, hottest_hat_celsius: health.hatCelsius,
                throttled_samples: health.throttlingKnown > 0 ? health.throttled : nil,
                least_available_bytes: health.leastAvailableBytes, most_swap_bytes: health.mostSwapBytes,
                uptime_s: figures.beside.uptime?.inSeconds, restarted: figures.beside.wasRestarted)
            not_measured = figures.notMeasured
        }
    }

    private var name: String
    private var started_at_ms: Int64
    private var questions: Int?
    private var settings: [String: String]
    private var figures: Figures
    private var before: Figures?
    private var texts: [PilotReport.Text]?

    init(_ report: PilotReport) {
        name = report.plan.name
        started_at_ms = report.plan.startedAt.millisecondsSince1970
        questions = report.plan.questions
        settings = report.plan.settings
        figures = Figures(report.figures)
        before = report.earlier.map { Figures($0.figures) }
        texts = report.texts.isEmpty ? nil : report.texts
    }
}
