/// All that an answer depended on. Two questions share a cached answer only where every part is equal.
package struct CacheableQuestion: Sendable, Hashable {
    /// What was asked. Compared to the byte, white space included.
    package var prompt: String
    /// Compared exactly.
    package var systemPrompt: String
    /// The conversation before the prompt, as far as the model was given it. Compared exactly.
    package var context: [Message]
    package var model: ModelIdentity
    package var sampling: Sampling

    package init(
        prompt: String, systemPrompt: String, context: [Message], model: ModelIdentity, sampling: Sampling
    ) {
        self.prompt = prompt
        self.systemPrompt = systemPrompt
        self.context = context
        self.model = model
        self.sampling = sampling
    }
}

/// An answer worth keeping: finished, and confident enough for whoever puts it.
package struct CacheableAnswer: Sendable, Hashable {
    package var text: String
    /// Who gave it: ``Origin/local`` or ``Origin/cloud``.
    package var origin: Origin
    /// The model's name as the screen shows it.
    package var model: String
    package var figures: AnswerFigures

    package init(text: String, origin: Origin, model: String, figures: AnswerFigures) {
        self.text = text
        self.origin = origin
        self.model = model
        self.figures = figures
    }
}

/// A cached answer, with how old it is.
package struct CacheHit: Sendable, Hashable {
    package var answer: CacheableAnswer
    package var storedAt: Timestamp
    /// Not negative.
    package var age: Duration

    package init(answer: CacheableAnswer, storedAt: Timestamp, age: Duration) {
        self.answer = answer
        self.storedAt = storedAt
        self.age = age
    }
}

/// A line of the cache's listing.
package struct CacheEntry: Sendable, Hashable {
    /// The first twelve hexadecimal digits of the key.
    package var key: String
    package var prompt: String
    package var answer: CacheableAnswer
    package var storedAt: Timestamp
    package var expiresAt: Timestamp
    package var lastUsedAt: Timestamp
    package var hits: Int
    package var bytes: Int

    package init(
        key: String, prompt: String, answer: CacheableAnswer, storedAt: Timestamp, expiresAt: Timestamp,
        lastUsedAt: Timestamp, hits: Int, bytes: Int
    ) {
        self.key = key
        self.prompt = prompt
        self.answer = answer
        self.storedAt = storedAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.hits = hits
        self.bytes = bytes
    }
}

/// How full the cache is.
package struct CacheStatistics: Sendable, Hashable {
    package var entries: Int
    package var bytes: Int
    package var maxEntries: Int
    package var maxBytes: Int
    /// Answers served since the entries that are there were stored.
    package var hits: Int

    package init(entries: Int, bytes: Int, maxEntries: Int, maxBytes: Int, hits: Int) {
        self.entries = entries
        self.bytes = bytes
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
        self.hits = hits
    }
}

/// Earlier answers, kept for a while and within bounds; the least recently used leaves first.
package protocol AnswerCache: Sendable {
    /// `nil` where nothing is kept, it has expired, or the clock stands before the time at which it was stored, so that
    /// its age cannot be told.
    func answer(to question: CacheableQuestion, at now: Timestamp) async throws -> CacheHit?

    /// Keeps an answer for `timeToLive`, in place of an earlier one to the same question. An answer larger than the
    /// whole cache is not kept, which is not an error. It goes when `conversation` is deleted.
    func put(
        _ answer: CacheableAnswer, to question: CacheableQuestion, from conversation: ConversationID?,
        timeToLive: Duration, at now: Timestamp
    ) async throws

    /// The most recently stored first, expired ones included. `limit` ≥ 0.
    func entries(limit: Int) async throws -> [CacheEntry]

    /// Removes everything; returns how many entries there were.
    @discardableResult
    func clear() async throws -> Int

    /// Removes what has expired; returns how many entries that were.
    @discardableResult
    func removeExpired(at now: Timestamp) async throws -> Int

    func statistics() async throws -> CacheStatistics
}
