/// The board does one thing at a time; whoever comes second waits.
actor BoardQueue {
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard isBusy else { return isBusy = true }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard !waiting.isEmpty else { return isBusy = false }
        waiting.removeFirst().resume()
    }
}
