/// A pattern for paths of targets: `*` stands for any characters, `?` for one, `[a-z]` for one of a set and `[!a-z]` for
/// one that is not of it. None of them stands for a slash.
struct PathPattern: Sendable {
    private let parts: [[Unicode.Scalar]]

    init(_ text: String) { parts = Self.parts(text) }

    func matches(_ path: String) -> Bool {
        let path = Self.parts(path)
        return path.count == parts.count && zip(parts, path).allSatisfy { Self.matches($0, $1) }
    }

    private static func parts(_ text: String) -> [[Unicode.Scalar]] {
        text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map(Array.init)
    }

    /// Goes back to the last star alone, so that no pattern takes more than the product of both lengths.
    private static func matches(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
        var place = 0
        var index = 0
        var star: (place: Int, index: Int)?
        while index < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, index)
                place += 1
            } else if place < pattern.count, let width = width(pattern, at: place, for: text[index]) {
                place += width
                index += 1
            } else if let last = star {
                star = (last.place, last.index + 1)
                place = last.place + 1
                index = last.index + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }

    /// How much of the pattern stands for `scalar` at this place; `nil` where it does not.
    private static func width(_ pattern: [Unicode.Scalar], at place: Int, for scalar: Unicode.Scalar) -> Int? {
        switch pattern[place] {
        case "?": return 1
        case "[":
            let isNegated = place + 1 < pattern.count && pattern[place + 1] == "!"
            let first = place + (isNegated ? 2 : 1)
            // A bracket directly behind the first one is a member of the set; without an end it stands for itself.
            guard first < pattern.count, let end = pattern[(first + 1)...].firstIndex(of: "]") else {
                return scalar == "[" ? 1 : nil
            }
            var isMember = false
            var member = first
            while member < end {
                if member + 2 < end, pattern[member + 1] == "-" {
                    isMember = isMember || pattern[member] <= scalar && scalar <= pattern[member + 2]
                    member += 3
                } else {
                    isMember = isMember || pattern[member] == scalar
                    member += 1
                }
            }
            return isMember != isNegated ? end + 1 - place : nil
        default: return pattern[place] == scalar ? 1 : nil
        }
    }
}
