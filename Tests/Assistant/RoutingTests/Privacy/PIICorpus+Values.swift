import TestSupport

@testable import Routing

extension PIICorpus {
    /// A made-up value of the kind; `nil` for kinds without a form.
    mutating func value(of kind: PIIKind) -> String? {
        switch kind {
        case .email: email()
        case .phone: phone()
        case .card: card()
        case .iban: iban()
        case .ipAddress: ipAddress()
        case .macAddress: mac()
        case .apiKey: apiKey()
        case .jwt: "eyJ\(token(20)).eyJ\(token(60)).\(token(43))"
        case .privateKey: privateKey()
        case .credentials: letters(5) + ":" + oneOf("p@ss", "s3cret!", "a:b") + digits(3)
        case .secret, .name, .literal, .documentNumber, .accountNumber, .birthDate, .postalAddress: nil
        case .coordinates: coordinates()
        case .wallet: wallet()
        default: nationalID(kind)
        }
    }

    private mutating func token(_ count: Int) -> String {
        pick(count - 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") + "a7"
    }

    private mutating func alnum(_ count: Int) -> String {
        pick(count - 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + "b3"
    }

    private mutating func email() -> String {
        let local = oneOf(
            letters(6), letters(4) + "." + letters(7), letters(3) + "+" + letters(3), letters(2) + "_" + digits(2),
            "o'" + letters(5), "jürgen", letters(1), digits(4) + letters(2))
        let domain = oneOf(
            letters(7) + ".com", letters(3) + "-" + letters(4) + ".co.uk", "mail." + letters(5) + ".de", "exämple.org",
            letters(4) + ".museum", "xn--" + letters(5) + ".net", letters(3) + digits(2) + ".io")
        return local + "@" + domain
    }

    private mutating func phone() -> String {
        let us = number(2...9, width: 1) + number(0...99, width: 2)
        let exchange = number(2...9, width: 1) + digits(2)
        let line = digits(4)
        return oneOf(
            "+1 \(us) \(exchange) \(line)", "(\(us)) \(exchange)-\(line)", "\(us)-\(exchange)-\(line)",
            "\(us).\(exchange).\(line)", "1-\(us)-\(exchange)-\(line)",
            "+49 30 " + number(1_000_000...9_999_999, width: 7),
            "+49 (0)171 " + number(1_000_000...9_999_999, width: 7), "0171/" + digits(7), "030 " + digits(7),
            "+44 20 " + group(digits(8), [4], " "), "020 7" + digits(3) + " " + digits(4), "07" + digits(9),
            "+33 6 " + group(digits(8), [2, 2, 2], " "), "06 " + group(digits(8), [2, 2, 2], " "), "06" + digits(8),
            "0033 1 " + group(digits(8), [2, 2, 2], " "), "+34 6" + digits(8),
            "+48 " + group("5" + digits(8), [3, 3], " "),
            "+91 9" + digits(9), "+86 138 " + group(digits(8), [4], " "), "+358-40-" + digits(7), "+420" + digits(9))
    }

    private mutating func card() -> String {
        let (prefix, length) = random.pick([
            ("4", 16), ("4", 13), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15),
            ("6011", 16), ("65", 16), ("36", 14), ("3528", 16), ("62", 16), ("5018", 16), ("6759", 18),
        ])
        let plain = withCheckDigit({ $0.prefixed(prefix, length - 1) }, PlainChecks.luhn)
        let separator = oneOf(" ", "-", "\u{A0}", ".")
        return switch length {
        case 16: oneOf(plain, group(plain, [4, 4, 4], separator), fullWidth(plain))
        case 15: oneOf(plain, group(plain, [4, 6], separator))
        case 14: oneOf(plain, group(plain, [4, 6], separator))
        case 19: oneOf(plain, group(plain, [4, 4, 4, 4], separator))
        default: plain
        }
    }

    private mutating func prefixed(_ prefix: String, _ length: Int) -> String { prefix + digits(length - prefix.count) }

    func fullWidth(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }))
    }

    private mutating func iban() -> String {
        let (country, form) = random.pick([
            ("DE", "dddddddddddddddddd"), ("GB", "lllldddddddddddddd"), ("FR", "ddddddddddcccccccccccdd"),
            ("NL", "lllldddddddddd"), ("ES", "dddddddddddddddddddd"), ("IT", "lddddddddddcccccccccccc"),
            ("CH", "dddddcccccccccccc"), ("PL", "dddddddddddddddddddddddd"), ("NO", "ddddddddddd"),
            ("MT", "lllldddddcccccccccccccccccc"), ("BE", "dddddddddddd"), ("SE", "dddddddddddddddddddd"),
        ])
        let account = form.map { form in
            form == "d" ? digits(1) : form == "l" ? capitals(1) : oneOf(digits(1), digits(1), capitals(1))
        }.joined()
        let plain = (2...98).lazy.map { country + ($0 < 10 ? "0" : "") + String($0) + account }.first(
            where: PlainChecks.iban)
        guard let plain else { return iban() }
        let groups = group(plain, Array(repeating: 4, count: (plain.count - 1) / 4), oneOf(" ", "\u{A0}", "-"))
        return oneOf(plain, groups, plain.lowercased())
    }

    private mutating func ipAddress() -> String {
        let v4 = (0..<4).map { _ in String(Int.random(in: 1...254, using: &random)) }.joined(separator: ".")
        let groups = (0..<8).map { _ in pick(Int.random(in: 1...4, using: &random), "123456789abcdef") }
        return oneOf(
            v4, v4, groups.joined(separator: ":"), groups.joined(separator: ":").uppercased(),
            "2001:db8::" + groups[0], "fe80::" + groups.prefix(3).joined(separator: ":") + "%eth0", "::ffff:" + v4,
            groups.prefix(5).joined(separator: ":") + "::" + groups[6])
    }

    private mutating func coordinates() -> String {
        number(1...89, width: 1) + "." + digits(5) + oneOf(", ", ",", " ") + oneOf("", "-")
            + number(1...179, width: 1) + "." + digits(6)
    }

    private mutating func wallet() -> String {
        oneOf("1", "3") + "Ab2" + pick(23, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz") + "xyZQ7w"
    }

    private mutating func mac() -> String {
        let pairs = (0..<6).map { _ in pick(2, "0123456789abcdef") }
        return oneOf(
            pairs.joined(separator: ":"), pairs.joined(separator: ":").uppercased(), pairs.joined(separator: "-"),
            group(pairs.joined(), [4, 4], "."))
    }

    private mutating func apiKey() -> String {
        oneOf(
            "sk-" + alnum(48), "sk-proj-" + token(60), "sk-ant-api03-" + token(80), "ghp_" + alnum(36),
            "github_pat_" + alnum(22) + "_" + alnum(40), "AKIA" + pick(14, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") + "Z7",
            "AIza" + token(35), "xoxb-" + digits(12) + "-" + alnum(24), "glpat-" + token(20), "hf_" + alnum(34),
            "npm_" + alnum(36), "sk_live_" + alnum(24))
    }

    private mutating func privateKey() -> String {
        let label = oneOf(
            "RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK")
        let body = (0..<4).map { _ in alnum(64) }.joined(separator: "\n")
        return "-----BEGIN \(label)-----\n\(body)=\n-----END \(label)-----"
    }
}
