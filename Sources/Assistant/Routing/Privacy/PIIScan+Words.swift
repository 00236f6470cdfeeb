/// What begins with a letter.
extension PIIScan {
    mutating func findWord(at start: Int) {
        if let (end, hint) = Self.hintWords.match(in: text, at: start) { note(hint, from: start, to: end) }
        findIBAN(at: start)
        findNINO(at: start)
        findNIE(at: start)
        findPAN(at: start)
        findCodiceFiscale(at: start)
        findWallet(at: start)
        findName(at: start)
        findAPIKey(at: start)
        findAuthorization(at: start)
        findSecret(at: start)
        findStreetBeforeNumber(at: start)
        findEncoded(at: start)
        if matches("at", at: start), !text[start + 2].isWord { findSpelledEmail(at: start) }
        if matches("iban", at: start), text[start + 4].isAlpha { findIBAN(at: start + 4) }
        var end = start
        while end - start < 32, text[end].isLetter { end += 1 }
        if text[end].isDigit { findGluedCard(from: end) }
    }

    /// A word of a script that has no twin in ASCII, or begins with such a letter.
    mutating func findForeignWord(at start: Int) {
        guard text[start].isForeignLetter else { return }
        findForeignSecret(at: start)
    }

    /// What a word says of the number that follows.
    mutating func note(_ hint: Hint, from start: Int, to end: Int) {
        switch hint {
        case .birth: findBirthDate(after: end)
        case .document: findAnnouncedNumber(.documentNumber, after: end)
        case .account: findAnnouncedNumber(.accountNumber, after: end)
        case .login: findLogin(after: end)
        default: hints[hint] = end
        }
    }

    private static let hintWords = WordTable<Hint>([
        "ssn": .ssn, "social security": .ssn, "social security number": .ssn, "social security no": .ssn,
        "version": .version, "ver": .version, "v": .version,
        "tel": .phone, "phone": .phone, "telephone": .phone, "telefon": .phone, "telefono": .phone, "telefone": .phone,
        "telefonnr": .phone, "telefonnummer": .phone, "tel.nr": .phone, "telefoon": .phone, "puhelin": .phone,
        "rufnummer": .phone, "handynummer": .phone, "mobiltelefon": .phone, "cellulare": .phone, "celular": .phone,
        "komorka": .phone, "matkapuhelin": .phone, "gsm": .phone, "tlf": .phone, "call": .phone, "cell": .phone,
        "dial": .phone, "fax": .phone, "ring me": .phone, "text me": .phone, "reach me": .phone, "my number": .phone,
        "meine nummer": .phone, "mi numero": .phone, "mon numero": .phone, "il mio numero": .phone,
        "handy": .phone, "mobile": .phone, "mobil": .phone, "mob": .phone, "movil": .phone, "portable": .phone,
        "whatsapp": .phone, "sms": .phone, "signal": .phone,
        "date of birth": .birth, "birth date": .birth, "birthdate": .birth, "birthday": .birth, "dob": .birth,
        "born": .birth, "born on": .birth, "geboren": .birth, "geboren am": .birth, "geb": .birth,
        "geburtsdatum": .birth, "ne le": .birth, "nee le": .birth, "date de naissance": .birth,
        "fecha de nacimiento": .birth, "nacido el": .birth, "nacida el": .birth, "data di nascita": .birth,
        "nato il": .birth, "nata il": .birth, "geboortedatum": .birth, "data urodzenia": .birth, "urodzony": .birth,
        "urodzona": .birth, "data de nascimento": .birth, "fodselsdato": .birth, "fodelsedatum": .birth,
        "passport": .document, "passport no": .document, "passport number": .document, "reisepass": .document,
        "passnummer": .document, "personalausweis": .document, "ausweisnummer": .document, "id card": .document,
        "aadhaar": .document,
        "identity card": .document, "driving licence": .document, "driver's license": .document,
        "driver's licence": .document, "drivers license": .document, "fuhrerschein": .document, "passeport": .document,
        "pasaporte": .document, "passaporto": .document, "paspoort": .document, "paszport": .document,
        "account": .account, "account no": .account, "account number": .account, "acct": .account,
        "routing": .account, "routing number": .account, "aba": .account, "sort code": .account,
        "kontonummer": .account, "konto": .account, "konto-nr": .account, "numero de compte": .account,
        "numero de cuenta": .account, "numer konta": .account,
        "mysql": .optionPassword, "mysqldump": .optionPassword, "mariadb": .optionPassword, "sshpass": .optionPassword,
        "login": .login,
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
        if text[position + 1].isCapital {
            addName(at: position + 1)
        } else if !needsCapital {
            addUncapitalisedName(at: position + 1)
        }
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

    /// Two words without capitals that end the clause, and are not what one says of a name.
    private mutating func addUncapitalisedName(at start: Int) {
        guard let first = endOfNameWord(start), text[first] == 0x20, let end = endOfNameWord(first + 1),
            !text[end].isBlank || matches("and ", at: end + 1) || matches("und ", at: end + 1)
        else { return }
        let said = Self.saidOfNames
        if said.match(in: text, at: start) == nil, said.match(in: text, at: first + 1) == nil {
            add(.name, start..<end)
        }
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
        "frau": true, "mme": true, "madame": true, "monsieur": true, "sr": true, "sra": true, "senor": true,
        "senora": true, "signor": true, "signora": true,
        "my name is": false, "i am called": false, "mein name ist": false, "ich heise": false, "ich heisse": false,
        "me llamo": false, "mi chiamo": false, "je m'appelle": false, "mijn naam is": false, "nazywam sie": false,
        "jag heter": false, "jeg heter": false, "jeg hedder": false,
    ])

    private static let saidOfNames = WordTable<Bool>(
        [
            "a", "an", "the", "not", "on", "in", "of", "to", "very", "as", "so", "too", "now", "no", "my", "your",
            "secret",
            "unknown", "spelled", "spelt", "wrong", "hard", "easy", "already", "also", "being", "known", "important",
            "list",
            "listed", "given", "nicht", "der", "die", "das", "ein", "eine", "schwer", "auch", "no", "un", "una", "le",
            "la",
        ].map { ($0, true) })
}
