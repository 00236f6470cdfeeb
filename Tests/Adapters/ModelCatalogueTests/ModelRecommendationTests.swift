import Testing

@testable import ModelCatalogue

@Suite struct ModelRecommendationTests {
    @Test("For speech the largest model that is quick enough is taken, else the smallest that fits")
    func speech() {
        let entries = [("tiny", 75), ("base", 145), ("small", 480)].map { name, megabytes in
            ModelEntry(
                name: name, kind: .speech, summary: "", accuracy: nil,
                files: [.init(path: name, bytes: Int64(megabytes) << 20, sha256: "")])
        }
        func pick(_ speed: Double, memory: Int64 = 8 << 30) -> String? {
            let device = DeviceCapacity(availableMemoryBytes: memory, freeDiskBytes: nil, readBytesPerSecond: speed)
            return SpeechRecommendation(entries.map { ModelForecast($0, isPresent: true, on: device) }).pick?.entry.name
        }
        #expect(pick(40e9) == "small" && pick(12e9) == "base" && pick(4e9) == "tiny" && pick(1e9) == "tiny")
        #expect(pick(40e9, memory: 320 << 20) == "base" && pick(40e9, memory: 1 << 20) == nil)
    }

    private static func entry(_ name: String, _ bytes: Int64, _ accuracy: Double?) -> ModelEntry {
        ModelEntry(
            name: name, kind: .language, summary: "", accuracy: accuracy,
            files: [.init(path: name, bytes: bytes, sha256: "")])
    }

    private static let entries = [
        entry("small", 98_362_432, 0.38), entry("middle", 491_400_064, 0.62), entry("large", 1_117_320_768, 0.90),
        entry("base", 253_113_024, nil),
    ]

    private func recommendation(memory: Int64?, disk: Int64?, speed: Double?, here: Set<String> = [])
        -> ModelRecommendation
    {
        let device = DeviceCapacity(availableMemoryBytes: memory, freeDiskBytes: disk, readBytesPerSecond: speed)
        return ModelRecommendation(
            Self.entries.map { ModelForecast($0, isPresent: here.contains($0.name), on: device) })
    }

    @Test(
        "The pick is the one that is right most often of those that fit and write at reading speed",
        arguments: [
            // A Raspberry Pi 5 with 8 GB, with 2 GB and with 1 GB; a Pi 4's memory; a full disk; a slow board.
            (6_000, 20_000, 10.7, "large"), (1_200, 20_000, 10.7, "middle"), (500, 20_000, 10.7, "small"),
            (6_000, 20_000, 3.0, "middle"), (6_000, 300, 10.7, "small"), (6_000, 20_000, 0.1, "small"),
        ] as [(Int64, Int64, Double, String)])
    func picks(megabytes: Int64, disk: Int64, gigabytesPerSecond: Double, name: String) {
        let recommendation = recommendation(
            memory: megabytes << 20, disk: disk << 20, speed: gigabytesPerSecond * 1e9)
        #expect(recommendation.pick?.entry.name == name)
        #expect(recommendation.reason.contains(name))
    }

    @Test("A model that is here needs no more disk, and what nobody knows is no obstacle")
    func unknowns() {
        #expect(recommendation(memory: nil, disk: 0, speed: nil, here: ["middle"]).pick?.entry.name == "middle")
        #expect(recommendation(memory: nil, disk: nil, speed: nil).pick?.entry.name == "large")
    }

    @Test("Where nothing fits, nothing is picked, and each model says why")
    func nothing() {
        let recommendation = recommendation(memory: 10 << 20, disk: 0, speed: 1e10)
        #expect(recommendation.pick == nil)
        #expect(recommendation.forecasts.allSatisfy { $0.obstacles.count == 2 })
    }

    @Test("The predicted speed is the speed of memory by the bytes of a token")
    func speed() {
        // 1.5B on a Raspberry Pi 5: 9.6 tokens a second were measured.
        let forecasts = recommendation(memory: nil, disk: nil, speed: 10.7e9).forecasts
        #expect(abs((forecasts[2].tokensPerSecond ?? 0) - 9.6) < 0.1)
    }
}
