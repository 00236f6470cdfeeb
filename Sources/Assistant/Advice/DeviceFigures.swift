package import CostModel

/// What was measured of this device and is known of the cloud, as far as it bears on an advice.
package struct DeviceFigures: Sendable, Hashable {
    /// Seconds from a question to the first token of the device's answer, in the median.
    package var firstTokenSeconds: Known<Double>
    package var tokensPerSecond: Known<Double>
    /// Seconds that a whole answer takes, on average.
    package var answerSeconds: Known<Double>
    /// Seconds from sending to the first token of the cloud's answer, in the median.
    package var cloudFirstTokenSeconds: Known<Double>
    /// Tokens that the device's model can hold.
    package var windowTokens: Known<Double>
    /// In [0, 1]: the answers that are sure enough to be kept.
    package var keptShare: Known<Double>
    /// The confidence from which on an answer is kept, in [0, 1].
    package var threshold: Double
    /// USD for an answer of the cloud.
    package var perInferenceUSD: Known<Double>
    /// USD for a month of the device.
    package var deviceUSD: Known<Double>

    package init(
        firstTokenSeconds: Known<Double>, tokensPerSecond: Known<Double>, answerSeconds: Known<Double>,
        cloudFirstTokenSeconds: Known<Double>, windowTokens: Known<Double>, keptShare: Known<Double>,
        threshold: Double = 0.8, perInferenceUSD: Known<Double>, deviceUSD: Known<Double>
    ) {
        self.firstTokenSeconds = firstTokenSeconds
        self.tokensPerSecond = tokensPerSecond
        self.answerSeconds = answerSeconds
        self.cloudFirstTokenSeconds = cloudFirstTokenSeconds
        self.windowTokens = windowTokens
        self.keptShare = keptShare
        self.threshold = threshold
        self.perInferenceUSD = perInferenceUSD
        self.deviceUSD = deviceUSD
    }

    /// Answers a month that the device can give, one after another without a pause.
    package var answersPerMonth: Double? {
        answerSeconds.value.flatMap { $0 > 0 ? 720 * 3_600 / $0 : nil }
    }

    /// Answers a month from which on the device pays for itself at the share that it keeps.
    package var breakEven: Double? {
        guard let month = deviceUSD.value, let price = perInferenceUSD.value, let share = keptShare.value,
            price * share > 0
        else { return nil }
        return month / (price * share)
    }
}
