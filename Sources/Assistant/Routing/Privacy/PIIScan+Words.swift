/// What begins with a letter.
extension PIIScan {
    mutating func findWord(at start: Int) {
        if let (end, hint) = Self.hintWords.match(in: text, at: start) { hints[hint] = end }
        findIBAN(at: start)
        findNINO(at: start)
        findNIE(at: start)
        findCodiceFiscale(at: start)
        findName(at: start)
        findAPIKey(at: start)
        findBearerToken(at: start)
        findAssignedSecret(at: start)
    }

    private static let hintWords = WordTable<Hint>([
        "ssn": .ssn, "social security": .ssn, "social security number": .ssn,
        "version": .version, "ver": .version, "v": .version,
        "tel": .phone, "phone": .phone, "telephone": .phone, "telefon": .phone, "telefono": .phone, "tel*fono": .phone,
        "t*l*phone": .phone, "t*l": .phone, "tlf": .phone, "call": .phone, "cell": .phone, "dial": .phone,
        "fax": .phone,
        "handy": .phone, "mobile": .phone, "mobil": .phone, "mob": .phone, "m*vil": .phone, "portable": .phone,
        "whatsapp": .phone, "sms": .phone,
    ])

    // MARK: Names

    /// After a title with a capital, or after what people say when they give their name: one to three words that begin
    /// with capitals.
    private mutating func findName(at start: Int) {
        guard let (end, needsCapital) = Self.introductions.match(in: text, at: start),
            !needsCapital || text[start].isUpper
        else { return }
        var position = end
        if text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ":") { position += 1 }
        guard text[position] == 0x20 else { return }
        addName(at: position + 1)
    }

    private mutating func addName(at start: Int) {
        var end = start
        var position = start
        for _ in 0..<3 {
            guard text[position].isCapital, let next = endOfNameWord(position) else { break }
            end = next
            guard text[end] == 0x20 else { break }
            position = end + 1
        }
        if end > start { add(.name, start..<end) }
    }

    /// Two to forty letters, with hyphens and apostrophes inside.
    private func endOfNameWord(_ start: Int) -> Int? {
        var end = start
        while end - start <= 40 {
            let joins = text[end] == UInt8(ascii: "-") || text[end] == UInt8(ascii: "'")
            guard text[end].isLetter || (joins && text[end + 1].isLetter) else { break }
            end += 1
        }
        return (2...40).contains(end - start) && !text[end].isWord ? end : nil
    }

    /// Whether the word is a title, which has to begin with a capital itself.
    private static let introductions = WordTable<Bool>([
        "mr": true, "mrs": true, "ms": true, "miss": true, "dr": true, "prof": true, "herr": true, "herrn": true,
        "frau": true, "mme": true, "madame": true, "monsieur": true, "sr": true, "sra": true, "se*or": true,
        "se*ora": true, "signor": true, "signora": true,
        "my name is": false, "i am called": false, "mein name ist": false, "ich hei*e": false, "me llamo": false,
        "mi chiamo": false, "je m'appelle": false,
    ])
}
