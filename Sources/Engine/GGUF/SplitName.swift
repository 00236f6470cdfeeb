/// The names of a model that was split into several files: `NAME-00001-of-00003.gguf` and so on.
package enum SplitName {
    /// Returns the paths of all pieces in order, where `path` is the first of several; else `path` alone.
    package static func pieces(of path: String) -> [String] {
        guard let match = path.firstMatch(of: /^(.*)-00001-of-(\d{5})\.gguf$/), let count = Int(match.2),
            (1...Self.limit).contains(count)
        else { return [path] }
        return (1...count).map { number in
            "\(match.1)-\(digits(number))-of-\(match.2).gguf"
        }
    }

    /// Returns a number as it stands in such a name, with five digits.
    static func digits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Returns the name without what says which piece it is, and without `.gguf`.
    package static func stem(of name: String) -> String {
        String(name.replacing(/(-\d{5}-of-\d{5})?\.gguf$/, with: ""))
    }

    /// The most pieces a model may have.
    static let limit = 999
}
