internal import CNcurses

/// Strings of the terminal's description. `setupterm` or `newterm` must have read it.
enum Terminfo {
    /// A capability without parameters and without padding; `nil` where the terminal does not have it.
    @MainActor
    static func string(_ name: String) -> String? {
        let value = unsafe tigetstr(name)
        guard let value = unsafe value, Int(bitPattern: value) != -1 else { return nil }
        return withoutPadding(unsafe String(cString: value))
    }

    /// A positive number of the terminal's description.
    @MainActor
    static func number(_ name: String) -> Int? {
        let value = unsafe Int(tigetnum(name))
        return value > 0 ? value : nil
    }

    /// Without delays such as `$<200/>`, which no terminal of today needs.
    static func withoutPadding(_ text: String) -> String {
        var rest = text[...]
        var result = ""
        while let start = rest.firstRange(of: "$<"), let end = rest[start.upperBound...].firstIndex(of: ">") {
            result += rest[..<start.lowerBound]
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
