/// The last seconds of a stream: the newest sample pushes out the oldest. Pure.
///
/// A sample's place is its number since the stream began, so that a reader who comes too late sees how much it lost.
struct SampleRing: Sendable {
    private var samples: [Float]
    /// Samples that ever came.
    private(set) var end = 0

    /// - Parameter capacity: samples that are kept, at least 1.
    init(capacity: Int) {
        precondition(capacity > 0, "a ring holds something")
        samples = Array(repeating: 0, count: capacity)
    }

    /// Place of the oldest sample that is still there.
    var start: Int { max(0, end - samples.count) }

    mutating func append(_ new: some Collection<Float>) {
        for sample in new {
            samples[end % samples.count] = sample
            end += 1
        }
    }

    /// The samples at some places.
    /// - Parameter places: from ``start`` to ``end`` at most.
    func samples(_ places: Range<Int>) -> [Float] {
        precondition(start <= places.lowerBound && places.upperBound <= end, "samples that are not there")
        return places.map { samples[$0 % samples.count] }
    }
}
