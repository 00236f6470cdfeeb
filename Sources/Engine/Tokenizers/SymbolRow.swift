internal import HeapModule

/// What two neighbouring tokens become.
struct Merge: Sendable {
    /// Lower merges first.
    let rank: Int32
    /// The token the two become.
    let result: Int32
}

/// Tokens in a row, of which neighbours merge until none is left that does: the lowest rank first, then from left to
/// right. Takes O(n log n) time. Reused from word to word, so that its memory is taken once.
struct SymbolRow {
    /// Two neighbours.
    struct Pair {
        let left: Int32
        let right: Int32
        /// Where the left one began, and where the one after the right one begins, in the row as it was at first.
        let range: Range<Int>
    }

    /// The tokens to begin with; negative for what is no token. While merging, only those on the chain of `next` count.
    var ids: [Int32] = []
    private var next: [Int] = []
    private var previous: [Int] = []
    /// What each token and its successor would become; `nil` where they do not merge or the token is gone.
    private var pending: [Merge?] = []
    private var queue: Heap<UInt64> = []

    /// Merges until nothing merges.
    ///
    /// - Parameter find: what a pair becomes, `nil` where it does not merge. Ranks are ≥ 0.
    mutating func mergeAll(_ find: (Pair) -> Merge?) {
        next.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        for index in ids.indices {
            next.append(index + 1)
            previous.append(index - 1)
            pending.append(nil)
        }
        for index in ids.indices { consider(index, find) }
        while let entry = queue.popMin() {
            let index = Int(entry & Self.indexMask)
            // An entry whose token has changed since is out of date.
            guard let merge = pending[index], UInt64(merge.rank) == entry >> Self.indexBits else { continue }
            apply(merge, at: index, find)
        }
    }

    /// Calls `body` with every token that is left and the range of the first row it covers.
    func forEach(_ body: (_ id: Int32, _ start: Int, _ end: Int) -> Void) {
        var index = 0
        while index < ids.count {
            body(ids[index], index, next[index])
            index = next[index]
        }
    }

    /// Queue entries order by rank, then by place: rank in the upper bits, index in the lower.
    private static let indexBits: UInt64 = 40
    private static let indexMask: UInt64 = (1 << indexBits) - 1

    /// Looks up what the token at `index` and its successor become.
    private mutating func consider(_ index: Int, _ find: (Pair) -> Merge?) {
        let successor = next[index]
        guard successor < ids.count else {
            pending[index] = nil
            return
        }
        let pair = Pair(left: ids[index], right: ids[successor], range: index..<next[successor])
        pending[index] = find(pair)
        if let merge = pending[index] { queue.insert(UInt64(merge.rank) << Self.indexBits | UInt64(index)) }
    }

    private mutating func apply(_ merge: Merge, at index: Int, _ find: (Pair) -> Merge?) {
        let gone = next[index]
        ids[index] = merge.result
        pending[gone] = nil
        next[index] = next[gone]
        if next[gone] < ids.count { previous[next[gone]] = index }
        consider(index, find)
        if previous[index] >= 0 { consider(previous[index], find) }
    }
}
