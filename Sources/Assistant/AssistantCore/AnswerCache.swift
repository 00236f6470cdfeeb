/// All that an answer depended on. Two questions share a cached answer only where every part is equal.
public struct CacheableQuestion: Sendable, Hashable {
    /// What was asked. Compared in Unicode NFC with white space folded and trimmed; case matters.
    public var prompt: String
    /// Compared exactly.
    public var systemPrompt: String
    /// The conversation before the prompt, as far as the model was given it. Compared exactly.
    public var context: [Message]
    public var model: ModelIdentity
    public var sampling: Sampling

    public init(
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
public struct CacheableAnswer: Sendable, Hashable {
    public var text: String
    /// Who gave it: ``Origin/local`` or ``Origin/cloud``.
    public var origin: Origin
    /// The model's name as the screen shows it.
    public var model: String
    public var figures: AnswerFigures

    public init(text: String, origin: Origin, model: String, figures: AnswerFigures) {
        self.text = text
        self.origin = origin
        self.model = model
        self.figures = figures
    }
}

/// A cached answer, with how old it is.
public struct CacheHit: Sendable, Hashable {
    public var answer: CacheableAnswer
    public var storedAt: Timestamp
    /// Not negative.
    public var age: Duration

    public init(answer: CacheableAnswer, storedAt: Timestamp, age: Duration) {
        self.answer = answer
        self.storedAt = storedAt
        self.age = age
    }
}

/// A line of the cache's listing.
public struct CacheEntry: Sendable, Hashable {
    /// The first twelve hexadecimal digits of the key.
    public var key: String
    public var prompt: String
    public var answer: CacheableAnswer
    public var storedAt: Timestamp
    public var expiresAt: Timestamp
    public var lastUsedAt: Timestamp
    public var hits: Int
    public var bytes: Int

    public init(
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
public struct CacheStatistics: Sendable, Hashable {
    public var entries: Int
    public var bytes: Int
    public var maxEntries: Int
    public var maxBytes: Int
    /// Answers served since the entries that are there were stored.
    public var hits: Int

    public init(entries: Int, bytes: Int, maxEntries: Int, maxBytes: Int, hits: Int) {
        self.entries = entries
        self.bytes = bytes
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
        self.hits = hits
    }
}

/// Earlier answers, kept for a while and within bounds; the least recently used leaves first.
public protocol AnswerCache: Sendable {
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
