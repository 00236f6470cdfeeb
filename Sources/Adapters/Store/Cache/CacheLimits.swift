/// How much the answer cache may hold.
public struct CacheLimits: Sendable, Hashable {
    /// ≥ 0; 0 keeps nothing.
    public var maxEntries: Int
    /// Of prompts, answers and what is kept beside them; the file takes about half as much again. ≥ 0.
    public var maxBytes: Int

    public init(maxEntries: Int = 20_000, maxBytes: Int = 64 << 20) {
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
    }
}
