/// Keys and tokens by the forms that their issuers give them.
extension PIIScan {
    private struct KeyForm {
        var prefix: String
        /// How many characters follow the prefix; more are taken along.
        var atLeast: Int
        var isExact = false
        var isHex = false
    }

    /// As their issuers document them, by the first byte.
    private static let keyForms: [[KeyForm]] = {
        let open: KeyValuePairs = [
            "sk-": 20, "sk_live_": 16, "sk_test_": 16, "rk_live_": 16, "rk_test_": 16, "pk_live_": 16, "whsec_": 24,
            "ghp_": 30, "gho_": 30, "ghu_": 30, "ghs_": 30, "ghr_": 30, "github_pat_": 22, "glpat-": 20, "gldt-": 20,
            "glrt-": 20, "glptt-": 20, "AIza": 35, "ya29.": 20, "GOCSPX-": 20, "xoxb-": 10, "xoxp-": 10, "xoxa-": 10,
            "xoxr-": 10, "xoxs-": 10, "xoxe-": 10, "xoxe.": 10, "xoxc-": 10, "xoxd-": 10, "xapp-": 10, "hf_": 30,
            "npm_": 30,
            "pypi-": 50, "dop_v1_": 40, "dckr_pat_": 20, "SG.": 20, "AGE-SECRET-KEY-1": 40, "gsk_": 20, "xai-": 20,
            "nvapi-": 20, "pplx-": 20, "r8_": 30, "tskey-": 16, "hvs.": 20, "hvb.": 20, "shpat_": 24, "shpss_": 24,
            "sq0atp-": 20, "sq0csp-": 30, "NRAK-": 20, "figd_": 20, "lin_api_": 20, "ntn_": 30, "secret_": 40,
            "rubygems_": 30, "PMAK-": 30, "ATATT3": 30, "ATCTT3": 30, "sntrys_": 30, "sntryu_": 30, "pul-": 30,
            "dp.pt.": 20,
            "EAAA": 40, "LTAI": 16, "v1.": 24, "ne1": 30, "sk.eyJ": 20, "pk.eyJ": 20, "AccountKey=": 40,
            "SharedAccessKey=": 30, "SharedAccessSignature=": 30, "dapi": 32, "key-": 32, "oauth2:": 20,
        ]
        let exact: KeyValuePairs = ["AKIA": 16, "ASIA": 16, "ABIA": 16, "ACCA": 16]
        let hexadecimal: KeyValuePairs = ["AC": 32, "SK": 32]
        let forms =
            open.map { KeyForm(prefix: $0.key, atLeast: $0.value) }
            + exact.map { KeyForm(prefix: $0.key, atLeast: $0.value, isExact: true) }
            + hexadecimal.map { KeyForm(prefix: $0.key, atLeast: $0.value, isExact: true, isHex: true) }
        var byFirst = [[KeyForm]](repeating: [], count: 256)
        for form in forms { byFirst[Int(form.prefix.utf8.first ?? 0)].append(form) }
        return byFirst
    }()

    /// An API key by its prefix, or a JSON web token, at the beginning of a run of token characters.
    mutating func findAPIKey(at start: Int) {
        guard start >= endOfLatestKey, !text[start - 1].isToken else { return }
        switch text[start] {
        case UInt8(ascii: "e"): findJWT(at: start)
        case UInt8(ascii: "h"): findSlackHook(at: start)
        case UInt8(ascii: "P"), UInt8(ascii: "p"): findPuTTYKey(at: start)
        default: break
        }
        for form in Self.keyForms[Int(text[start])] where hasPrefix(form.prefix, at: start) {
            let body = start + form.prefix.utf8.count
            guard let end = endOfKey(form, body: body) else { continue }
            endOfLatestKey = end
            return add(.apiKey, (form.prefix.hasSuffix("=") ? body : start)..<end)
        }
        findAzureSecret(at: start)
    }

    private func endOfKey(_ form: KeyForm, body: Int) -> Int? {
        var end = endOfWrappedKey(from: body, atLeast: form.atLeast)
        let length = (body..<end).count { text[$0] != 0x0A }
        guard form.isExact ? length == form.atLeast : length >= form.atLeast, isRandom(body..<end) else { return nil }
        if form.isHex, !(body..<end).allSatisfy({ text[$0].isHex || text[$0] == 0x0A }) { return nil }
        while end > body, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end
    }

    /// Behind the characters of a key. At a line's end it goes on in the next line where it is too short so far, or where
    /// what stands there is no word.
    private func endOfWrappedKey(from start: Int, atLeast: Int) -> Int {
        var end = endOfKeyCharacters(from: start)
        for _ in 0..<8 {
            guard text[end] == 0x0A, end - start >= 6 else { break }
            let next = endOfKeyCharacters(from: end + 1)
            let isShort = end - start < atLeast
            guard next > end + 1, isShort || (next - end > 6 && isMixed(end + 1..<next)) else { break }
            end = next
        }
        return end
    }

    private func endOfKeyCharacters(from start: Int) -> Int {
        var end = start
        while end - start < Self.longestKey, text[end].isToken || Self.isKeyMark(text[end], before: text[end + 1]) {
            end += 1
        }
        return end
    }

    /// Of what has dots and slashes in it, more is not read: another key may begin behind each of them.
    private static let longestKey = 2_048

    private static func isKeyMark(_ byte: UInt8, before next: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "~"): next.isAlnum
        case UInt8(ascii: "="): true
        default: false
        }
    }

    /// `eyJ…` is base64url of `{"`: header, payload and signature, an unsigned one's first two, or the five parts of an
    /// encrypted token.
    private mutating func findJWT(at start: Int) {
        guard hasPrefix("eyJ", at: start) else { return }
        var end = endOfSegment(from: start)
        guard end - start >= 10 else { return }
        var parts = 1
        var isPayload = false
        while parts < 5, text[end] == UInt8(ascii: "."), text[end + 1].isToken || text[end + 1] == 0x0A {
            let next = text[end + 1] == 0x0A ? end + 2 : end + 1
            guard text[next].isToken else { break }
            isPayload = isPayload || (parts == 1 && hasPrefix("eyJ", at: next))
            end = endOfSegment(from: next)
            parts += 1
        }
        if parts == 2, text[end] == UInt8(ascii: ".") { end += 1 }
        if parts == 3 || parts == 5 || (parts == 2 && isPayload) { add(.jwt, start..<end) }
    }

    private func endOfSegment(from start: Int) -> Int {
        var end = endOfToken(from: start)
        for _ in 0..<16 {
            guard text[end] == 0x0A, end - start >= 10 else { break }
            let next = endOfToken(from: end + 1)
            guard next - end > 8, isMixed(end + 1..<next) else { break }
            end = next
        }
        return end
    }

    private mutating func findSlackHook(at start: Int) {
        guard matches("hooks.slack.com/", at: start) else { return }
        var end = start + 16
        while text[end].isToken || text[end] == UInt8(ascii: "/") { end += 1 }
        if end - start >= 40 { add(.apiKey, start..<end) }
    }

    /// The secret of a registered application: three characters, a digit, `Q~`, and 31 to 34 more.
    private mutating func findAzureSecret(at start: Int) {
        guard text[start + 4] == UInt8(ascii: "Q"), text[start + 5] == UInt8(ascii: "~"), text[start + 3].isDigit else {
            return
        }
        var end = start + 6
        while end - start < 48, text[end].isToken || text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: "~") {
            end += 1
        }
        if end - start >= 36 { add(.apiKey, start..<end) }
    }

    /// A bot's key of Telegram: its number, `:AA`, 33 characters.
    mutating func findTelegramKey(at start: Int) {
        var colon = start
        while colon - start <= 10, text[colon].isDigit { colon += 1 }
        guard (8...10).contains(colon - start), text[colon] == UInt8(ascii: ":"), hasPrefix("AA", at: colon + 1) else {
            return
        }
        let end = endOfToken(from: colon + 1)
        if end - colon >= 32 { add(.apiKey, start..<end) }
    }

    // MARK: Base 64

    /// Text in base 64 with anything in it that would be found in the clear: sixteen characters at least.
    mutating func findEncoded(at start: Int) {
        let previous = text[start - 1]
        guard readsEncoded, !previous.isToken, previous != UInt8(ascii: "/"), previous != UInt8(ascii: "+"),
            text[start + 15].isAlnum || text[start + 15] == UInt8(ascii: "=")
        else { return }
        var end = start
        while end - start < 512, text[end].isAlnum || text[end] == UInt8(ascii: "+") || text[end] == UInt8(ascii: "/") {
            end += 1
        }
        while text[end] == UInt8(ascii: "=") { end += 1 }
        // Words and numbers have letters of one size, but for the first.
        guard (end - start) % 4 == 0, (start + 1..<end).contains(where: { text[$0].isUpper }),
            let decoded = Base64.decoded(text.bytes[start..<end])
        else { return }
        var scan = PIIScan(FoldedText(String(decoding: decoded, as: UTF8.self)))
        scan.readsEncoded = false
        scan.run()
        if let found = scan.matches.first(where: { $0.kind != .literal }) { add(found.kind, start..<end) }
    }

    // MARK: Authorization

    /// What follows the word `Bearer` (sixteen characters at least, letters and digits) or `Basic` (base 64 of a name, a
    /// colon and a password).
    mutating func findAuthorization(at start: Int) {
        let isBearer = matches("bearer", at: start)
        guard isBearer || matches("basic", at: start) else { return }
        var first = start + (isBearer ? 6 : 5)
        guard text[first].isBlank || text[first] == UInt8(ascii: ":") else { return }
        while first - start < 12, text[first].isBlank || text[first] == UInt8(ascii: ":") || text[first].isQuote {
            first += 1
        }
        var end = first
        while text[end].isToken || Self.isTokenMark(text[end]) { end += 1 }
        while end > first, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        if isBearer {
            if end - first >= 16, isMixed(first..<end) || isRandom(first..<end) { add(.apiKey, first..<end) }
        } else if let decoded = Base64.decoded(text.bytes[first..<end]), decoded.contains(UInt8(ascii: ":")) {
            add(.credentials, first..<end)
        }
    }

    private static func isTokenMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
        default: false
        }
    }

    private func endOfToken(from start: Int) -> Int {
        var end = start
        while text[end].isToken { end += 1 }
        return end
    }

    /// Whether there are letters and digits among them: words in a row are no key.
    func isMixed(_ range: Range<Int>) -> Bool {
        range.contains { text[$0].isDigit } && range.contains { text[$0].isAlpha }
    }

    /// Whether it may be a key: letters and digits, or more letters in one run than words have.
    private func isRandom(_ range: Range<Int>) -> Bool {
        if isMixed(range) { return true }
        var run = 0
        for index in range {
            run = text[index].isAlnum ? run + 1 : 0
            if run >= 20 { return true }
        }
        return false
    }

    /// With the case of the prefix, unlike ``matches(_:at:)``.
    private func hasPrefix(_ prefix: String, at start: Int) -> Bool {
        var index = start
        for byte in prefix.utf8 {
            if text[index] != byte { return false }
            index += 1
        }
        return true
    }
}

/// What is written in base 64 between other things.
enum Base64 {
    /// The bytes, where they are printable ASCII throughout; `nil` for anything else.
    static func decoded(_ run: ArraySlice<UInt8>) -> [UInt8]? {
        let digits = run.prefix { $0 != UInt8(ascii: "=") }
        guard digits.count >= 8, digits.count % 4 != 1, run.count - digits.count <= 2 else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var width = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            width += 6
            if width >= 8 {
                width -= 8
                let byte = UInt8(truncatingIfNeeded: bits >> UInt32(width))
                guard (0x20...0x7E).contains(byte) else { return nil }
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - 0x41)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - 0x61 + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - 0x30 + 52)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
