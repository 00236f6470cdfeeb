internal import AssistantCore

/// What time it is.
enum Clock {
    static func answer(_ question: Question, now: Timestamp) -> ExactAnswer? {
        let asked = question.words.filter { !["the", "it", "right", "now", "current", "local"].contains($0) }
        let known: [[String]] = [
            ["what", "time", "is"], ["what", "is", "time"], ["what's", "time"], ["time"],
            ["what", "time", "is", "here"],
        ]
        guard known.contains(asked), question.words.contains("time") else { return nil }
        let minutes = now.millisecondsSince1970.floorDivided(by: 60_000)
        let minute = minutes - minutes.floorDivided(by: 1_440) * 1_440
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return ExactAnswer(.clock, "It is \(padded(minute / 60)):\(padded(minute % 60)).")
    }
}
