/// Streets with a number. A weak rule: there is no checksum, and most of what is no street in one language is in another.
extension PIIScan {
    /// `1600 Pennsylvania Ave NW`: a number, one to four words with capitals, a word for a street; a quarter of the sky and a
    /// town with its code where they follow.
    mutating func findStreetAfterNumber(at start: Int) {
        var position = start
        while text[position].isDigit, position - start < 6 { position += 1 }
        guard text[position] == 0x20, text[position + 1].isCapital else { return }
        for _ in 0..<5 {
            let wordStart = position + 1
            guard text[wordStart].isCapital || text[wordStart].isDigit else { return }
            if position > start + 6 || text[position - 1].isLetter,
                let (end, _) = Self.streets.match(in: text, at: wordStart)
            {
                return add(.postalAddress, start..<endOfTown(after: end))
            }
            position = wordStart
            while text[position].isLetter || text[position].isDigit || text[position] == UInt8(ascii: "'"),
                position - wordStart < 24
            {
                position += 1
            }
            guard text[position] == 0x20 else { return }
        }
    }

    private static let streets = WordTable<Bool>(
        [
            "street", "st", "avenue", "ave", "road", "rd", "boulevard", "blvd", "lane", "ln", "drive", "dr", "way",
            "court",
            "ct", "place", "pl", "square", "sq", "terrace", "parkway", "pkwy", "highway", "hwy", "crescent", "close",
        ].map { ($0, true) })

    /// Over ` NW`, `, Washington DC 20500`.
    private func endOfTown(after end: Int) -> Int {
        var position = text[end] == UInt8(ascii: ".") ? end + 1 : end
        var last = end
        for _ in 0..<6 {
            if text[position] == UInt8(ascii: ",") { position += 1 }
            guard text[position].isBlank, text[position + 1].isUpper || text[position + 1].isDigit else { break }
            position += 1
            let wordStart = position
            while text[position].isWord || (text[position] == UInt8(ascii: "-") && text[position + 1].isDigit) {
                position += 1
            }
            // A code ends the address; without one only the quarter of the sky belongs to it.
            if (4...10).contains(position - wordStart), text[position - 1].isDigit { return position }
            if last == end, position - wordStart <= 2, (wordStart..<position).allSatisfy({ text[$0].isUpper }) {
                last = position
            }
        }
        return last
    }

    /// `Musterstraße 12`, `Lange Straße 3a`, `rue de Rivoli 12`, `12, rue de Rivoli`, `calle Mayor 5`, `via Roma 1`: from the
    /// word with the ending or for the street.
    mutating func findStreetBeforeNumber(at start: Int) {
        var end = start
        while end - start < 40, text[end].isLetter || text[end] == UInt8(ascii: "-") { end += 1 }
        guard text[start].isCapital, end - start >= 6, text[end] == 0x20 || text[end] == UInt8(ascii: ".") else {
            return
        }
        let isStreet = Self.endings.contains { ending in
            let length = ending.utf8CodeUnitCount
            return end - start > length && matches(ending, at: end - length)
        }
        guard isStreet else { return }
        var position = text[end] == UInt8(ascii: ".") ? end + 1 : end
        if text[position] == 0x20 { position += 1 }
        let numberStart = position
        while text[position].isDigit, position - numberStart < 5 { position += 1 }
        guard position > numberStart else { return }
        if text[position].isLower, !text[position + 1].isWord { position += 1 }
        guard isEnd(position) else { return }
        // A town with its code: “, 10115 Berlin”.
        var town = position
        if text[town] == UInt8(ascii: ",") { town += 1 }
        if text[town].isBlank { town += 1 }
        if (town..<town + 5).allSatisfy({ text[$0].isDigit }), text[town + 5] == 0x20, text[town + 6].isCapital {
            position = town + 6
            while text[position].isLetter { position += 1 }
        }
        add(.postalAddress, start..<position)
    }

    private static let endings: [StaticString] = [
        "strase", "strasse", "str", "gasse", "allee", "weg", "platz", "damm", "ufer", "straat", "laan", "plein",
        "gatan",
        "vagen", "veien", "gata", "vej", "katu",
    ]
}
