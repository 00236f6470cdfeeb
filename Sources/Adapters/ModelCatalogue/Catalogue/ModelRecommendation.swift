/// What a device has for a model to run on. `nil` where nobody knows, which is no obstacle.
package struct DeviceCapacity: Sendable, Hashable {
    /// What programs may still take.
    package var availableMemoryBytes: Int64?
    /// What fits on the disk of the models.
    package var freeDiskBytes: Int64?
    /// Bytes a second that the processor reads from memory.
    package var readBytesPerSecond: Double?

    package init(availableMemoryBytes: Int64?, freeDiskBytes: Int64?, readBytesPerSecond: Double?) {
        self.availableMemoryBytes = availableMemoryBytes
        self.freeDiskBytes = freeDiskBytes
        self.readBytesPerSecond = readBytesPerSecond
    }
}

/// What a model would be on a device.
package struct ModelForecast: Sendable, Hashable {
    package var entry: ModelEntry
    /// Whether its files are on the device already.
    package var isPresent: Bool
    /// Weights, context and buffers together.
    package var memoryBytes: Int64
    /// As generating is bound by reading every weight once a token; `nil` where memory's speed is unknown.
    package var tokensPerSecond: Double?
    /// Why it cannot run here; empty where it can.
    package var obstacles: [String]

    package var fits: Bool { obstacles.isEmpty }

    /// - Parameter isPresent: a model that is here needs no more disk.
    package init(_ entry: ModelEntry, isPresent: Bool, on device: DeviceCapacity) {
        self.entry = entry
        self.isPresent = isPresent
        // The weights with what packing adds, and a context of 4,096 tokens of a model of this size.
        memoryBytes = entry.bytes + entry.bytes / 8 + (128 << 20)
        tokensPerSecond = device.readBytesPerSecond.map { $0 / Double(max(1, entry.bytes)) }
        obstacles = []
        if let free = device.availableMemoryBytes, free < memoryBytes {
            obstacles.append("needs \(memoryBytes >> 20) MB of memory, of which \(max(0, free) >> 20) MB are free")
        }
        if !isPresent, let free = device.freeDiskBytes, free < entry.bytes + entry.bytes / 10 {
            obstacles.append("needs \(entry.bytes >> 20) MB of disk, of which \(max(0, free) >> 20) MB are free")
        }
    }
}

/// Which language model suits a device best, and why.
package struct ModelRecommendation: Sendable, Hashable {
    /// Slower than this, an answer is slower than reading it.
    package static let readingSpeed = 4.0

    /// Every language model of the catalogue, in its order.
    package var forecasts: [ModelForecast]
    /// `nil` where none fits.
    package var pick: ModelForecast?
    /// Why that one, as a sentence.
    package var reason: String

    /// Judges the entries: of those that fit, were measured and are not too slow, the one that is right most often; where
    /// all are too slow, the fastest.
    package init(_ forecasts: [ModelForecast]) {
        self.forecasts = forecasts
        let able = forecasts.filter { $0.fits && $0.entry.accuracy != nil }
        let fluent = able.filter { $0.tokensPerSecond ?? .infinity >= Self.readingSpeed }
        if let best = fluent.max(by: { Self.rank($0) < Self.rank($1) }) {
            pick = best
            let share = Int(((best.entry.accuracy ?? 0) * 100).rounded())
            let speed =
                best.tokensPerSecond == nil ? "" : " and write at least \(Int(Self.readingSpeed)) tokens a second"
            reason = "Of the models that fit this device\(speed), \(best.entry.name) is right most often (\(share) %)."
        } else if let fastest = able.min(by: { $0.entry.bytes < $1.entry.bytes }) {
            pick = fastest
            reason =
                "No model writes \(Int(Self.readingSpeed)) tokens a second here; \(fastest.entry.name) is the fastest."
        } else {
            pick = nil
            reason = "No model fits this device; free memory or disk, or ask the cloud."
        }
    }

    /// More accurate first; of two alike, the smaller.
    private static func rank(_ forecast: ModelForecast) -> (Double, Int64) {
        (forecast.entry.accuracy ?? 0, -forecast.entry.bytes)
    }
}

/// Which speech model suits a device best, and why.
package struct SpeechRecommendation: Sendable, Hashable {
    /// A device that reads a model's weights less often a second keeps people waiting for their words.
    package static let readingsPerSecond = 50.0

    /// Every speech model of the catalogue, in its order.
    package var forecasts: [ModelForecast]
    /// `nil` where none fits.
    package var pick: ModelForecast?
    /// Why that one, as a sentence.
    package var reason: String

    /// Judges the entries: the largest that fits and is fast enough, as it hears best; else the smallest that fits.
    package init(_ forecasts: [ModelForecast]) {
        self.forecasts = forecasts
        let able = forecasts.filter(\.fits)
        let quick = able.filter { $0.tokensPerSecond ?? .infinity >= Self.readingsPerSecond }
        if let best = quick.max(by: { $0.entry.bytes < $1.entry.bytes }) {
            pick = best
            reason = "For speech: \(best.entry.name), the largest that is quick enough here."
        } else if let smallest = able.min(by: { $0.entry.bytes < $1.entry.bytes }) {
            pick = smallest
            reason = "For speech: \(smallest.entry.name), the quickest; this device is slow for all of them."
        } else {
            pick = nil
            reason = "No speech model fits this device; free memory or disk."
        }
    }
}

extension ModelLibrary {
    /// Judges all speech models of the catalogue on a device.
    package func speechRecommendation(on device: DeviceCapacity) -> SpeechRecommendation {
        SpeechRecommendation(forecasts(of: .speech, on: device))
    }

    private func forecasts(of kind: ModelEntry.Kind, on device: DeviceCapacity) -> [ModelForecast] {
        entries.filter { $0.kind == kind }.map { entry in
            var isPresent = false
            if case .present = state(of: entry) { isPresent = true }
            return ModelForecast(entry, isPresent: isPresent, on: device)
        }
    }

    /// Judges all language models of the catalogue on a device, those that are here alone where `onlyPresent`.
    package func recommendation(on device: DeviceCapacity, onlyPresent: Bool = false) -> ModelRecommendation {
        let forecasts = forecasts(of: .language, on: device)
        return ModelRecommendation(onlyPresent ? forecasts.filter(\.isPresent) : forecasts)
    }

    /// What fits on the disk that new models go to.
    package var freeDiskBytes: Int64? { directories.first.flatMap(StagingDirectory.freeBytes) }
}
