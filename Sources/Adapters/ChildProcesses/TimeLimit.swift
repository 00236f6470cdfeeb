/// Does `work`, and cancels it where it takes longer than `limit`: a child that it waits for is ended then.
///
/// - Returns: `nil` where it took longer.
/// - Throws: what `work` throws; `CancellationError` where the caller is cancelled.
package func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        return try await group.next() ?? nil
    }
}
