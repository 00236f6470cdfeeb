package import AssistantCore

/// What a request to the cloud will cost, before anybody knows.
package struct CostEstimate: Sendable, Hashable {
    /// No tokeniser makes more tokens of the prompt: every token stands for at least one byte.
    package var promptTokensAtMost: Int
    /// Range ≥ 0.
    package var maxTokens: Int
    /// `nil` where the price is unknown.
    package var price: CloudPrice?

    /// Tokens that a chat template puts around a message, and around the whole, at most.
    private static let tokensAroundMessage = 16
    private static let tokensAroundPrompt = 64

    /// - Parameter messages: as they will be sent, after redaction.
    package init(messages: [Message], maxTokens: Int, price: CloudPrice?) {
        promptTokensAtMost = messages.reduce(Self.tokensAroundPrompt) {
            $0 + $1.text.utf8.count + Self.tokensAroundMessage + ($1.picture?.tokensAtMost ?? 0)
        }
        self.maxTokens = max(0, maxTokens)
        self.price = price
    }

    /// Tokens of question and answer together, at most; clamped to what the type can hold.
    package var worstCaseTokens: Int {
        let (sum, overflowed) = promptTokensAtMost.addingReportingOverflow(maxTokens)
        return overflowed ? .max : sum
    }

    /// What has to be reserved; `nil` where the price is unknown.
    package var worstCase: Money? {
        price?.cost(promptTokens: promptTokensAtMost, completionTokens: maxTokens)
    }

    /// What the reply has cost when so many tokens of it are here: for the live figure on the screen, while the server's
    /// own count is not known. Of the prompt, a quarter of its bytes count as tokens.
    package func running(receivedTokens: Int) -> Money? {
        price?.cost(promptTokens: promptTokensAtMost / 4, completionTokens: receivedTokens)
    }
}
