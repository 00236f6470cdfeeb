/// What can be said of a JSON text before it is parsed: which bytes of it stand outside strings.
enum MetadataText {
    /// Counts the members of all objects in a text, which has to be one object in UTF-8. In JSON, a colon outside a string
    /// stands behind the name of a member and nowhere else.
    ///
    /// A text that passes may still be no JSON at all.
    ///
    /// - Throws: ``UpdateError/Code/malformed`` for other encodings, deep nesting, and numbers with a fraction or an
    ///   exponent.
    static func countMembers(_ text: [UInt8]) throws(UpdateError) -> Int {
        let first = text.first { !" \t\r\n".utf8.contains($0) }
        guard first == UInt8(ascii: "{"), !text.contains(0), String(validating: text, as: UTF8.self) != nil else {
            throw UpdateError(.malformed, "is no JSON object in UTF-8")
        }
        var members = 0
        var depth = 0
        var isInString = false
        var isEscaped = false
        /// The last byte outside strings that is no blank.
        var last: UInt8 = 0
        for byte in text {
            if isInString {
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= MetadataValue.deepest else {
                    throw UpdateError(.malformed, "is nested more than \(MetadataValue.deepest) levels deep")
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard last != UInt8(ascii: ",") else { throw UpdateError(.malformed, "has a comma too many") }
            case UInt8(ascii: ":"): members += 1
            // A number alone has a point there; `false` and `true` have an "e" that follows no digit.
            case UInt8(ascii: "."), UInt8(ascii: "E"): throw notWhole
            case UInt8(ascii: "e") where isDigit(last): throw notWhole
            default: break
            }
            if !" \t\r\n".utf8.contains(byte) { last = byte }
        }
        return members
    }

    private static var notWhole: UpdateError { UpdateError(.malformed, "has a number that is not whole") }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
