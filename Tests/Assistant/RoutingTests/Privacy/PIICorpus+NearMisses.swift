@testable import Routing

extension PIICorpus {
    /// What looks like the kind and is not.
    mutating func nearMiss(of kind: PIIKind) -> String {
        switch kind {
        case .email:
            oneOf(
                "@" + letters(6), letters(4) + "@" + letters(5), letters(3) + " @ " + letters(4) + " now",
                letters(5) + "@1.2.3", "icon@2x.png", letters(4) + "@" + letters(5) + ".c", letters(3) + "@.com",
                "git@github.com:" + letters(4) + "/" + letters(5), "a@@b", letters(70) + "@" + letters(3) + ".org")
        case .phone: notAPhone()
        case .card: notACard()
        case .iban: notAnIBAN()
        case .ipAddress:
            oneOf(
                "256." + digits(2) + ".1.1", "1.2.3", "10.0.0.01", "1.2.3.4.5", "version 1.2.3.4", "v10.2.3.4",
                "Chrome/120.0.0.0", "12:34:56", "std::vector", "127.0.0.1", "::1", "255.255.255.0", "face::bed",
                "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::1:2:3:4:5:6", "a::b::c1", "2024-01-02T10:11:12")
        case .macAddress:
            oneOf(
                "00:1b:44:11:3a", "00:1b:44:11:3a:b7:c8", "00:1b-44:11-3a:b7", "0g:1b:44:11:3a:b7", "001b44113ab7",
                "10:20:30", "001b.4411.3ab", "00:1b:44:11:3a:b", "12-34-56-78-90")
        case .apiKey:
            oneOf(
                "sk-learn-is-a-library-for-python", "sk-" + letters(5), "ghp_" + letters(12),
                "AKIA" + capitals(5) + "7",
                "AIzaw", "bearer of bad news from afar", "npm_install", "the hf_hub", "sk-ant", "xoxb-",
                "AKIA" + capitals(30) + "7")
        case .jwt:
            oneOf("eyJ", "eyJ" + alnumRun(20), "eyJ\(alnumRun(20)).\(alnumRun(8))", "xeyJ\(alnumRun(9)).a.b", "a.b.c")
        case .privateKey:
            oneOf(
                "-----BEGIN PUBLIC KEY-----\n" + letters(20) + "\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\n" + letters(20) + "\n-----END CERTIFICATE-----", "BEGIN PRIVATE KEY",
                "--- BEGIN PRIVATE KEY ---", "my private key")
        case .coordinates:
            oneOf(
                "0." + digits(6) + ", 0." + digits(6), "12.5, 13.5", "95.12345, 13.12345", "1.23456, 2.34567, 3.45678")
        case .wallet: oneOf("0x" + digits(8), pick(40, "0123456789abcdef"), "bc1", "1" + letters(30))
        case .credentials:
            oneOf(
                "https://example.com/a:b@c", "https://example.com:8080/x", "ssh://git@host/x", "http://a?u=x:y@z", "://"
            )
        default: notANationalID(kind)
        }
    }

    private mutating func alnumRun(_ count: Int) -> String { pick(count, "abcdefghijklmnopqrstuvwxyz0123456789") }

    private mutating func notAPhone() -> String {
        oneOf(
            "+" + digits(3), "+999 " + digits(7), "2024-01-15", "01.02.2024", "15/03/2024", "12:30",
            digits(4) + "-" + digits(4),
            "1,234,567", "3.14159265", "order " + number(1_000_000...8_999_999, width: 7), "room 1-2-3",
            "+1 " + number(100...199, width: 3) + " 555 0123", number(100...199, width: 3) + "-555-0123", "C++11",
            "ISO 9001:2015", "0.1234567", "item 000123456", "1 000 000", "2+1234567890",
            "550e8400-e29b-41d4-a716-446655440000",
            "00 12", "0800", "1999-2005", "v2.10.3.1", "20 30 40", "3-4-5")
    }

    private mutating func notACard() -> String {
        let plain = withoutCheck({ "4" + $0.digits(15) }, PlainChecks.luhn)
        let short = withCheckDigit({ "4" + $0.digits(10) }, PlainChecks.luhn)
        let long = withCheckDigit({ "4" + $0.digits(18) }, PlainChecks.luhn)
        let stamp = withCheckDigit({ "17" + $0.digits(10) }, PlainChecks.luhn)
        let imei = withCheckDigit({ "35" + $0.digits(12) }, PlainChecks.luhn)
        return oneOf(
            plain, group(plain, [4, 4, 4], " "), group(plain, [4, 4, 4], "-"), short, long, stamp, imei, "7f" + plain,
            "0." + withCheckDigit({ "4" + $0.digits(14) }, PlainChecks.luhn), plain + "a5", "4111 1111",
            "978-3-16-148410-0")
    }

    private mutating func notAnIBAN() -> String {
        let body = digits(18)
        let wrong = (2...98).lazy.map { "DE" + Self.two($0) + body }.first { !PlainChecks.iban($0) } ?? "DE00" + body
        return oneOf(
            wrong, group(wrong, [4, 4, 4, 4, 4], " "), "ZZ82" + digits(18), "DE89370400440532013",
            "DE8937040044053201300" + "00",
            "DE", "GB82 WEST", "IBAN", "AB12 CD34", "ES 24 horas al día toda la semana en casa")
    }

    private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

    private mutating func notANationalID(_ kind: PIIKind) -> String {
        switch kind {
        case .usSSN:
            oneOf(
                "000-12-3456", "666-12-3456", "9\(digits(2))-12-3456", "123-00-4567", "123-45-0000", "123-456-789",
                "12-345-6789", "123-45-67890", "1123-45-6789")
        case .ukNINO:
            oneOf(
                "DA" + digits(6) + "A", "AO" + digits(6) + "B", "GB" + digits(6) + "C", "AB" + digits(6) + "E",
                "AB" + digits(5) + "C", "AB" + digits(7) + "C", "QQ" + digits(6) + "A")
        case .deTaxID: withoutCheck({ $0.number(1...9, width: 1) + $0.digits(10) }, PlainChecks.isAnyOfEleven)
        case .frNIR: nir(isRight: false)
        case .esDNI: dni(isRight: false)
        case .itCodiceFiscale: codiceFiscale(isRight: false)
        case .nlBSN: withoutCheck({ $0.number(1...9, width: 1) + $0.digits(8) }, PlainChecks.bsn)
        case .plPESEL:
            oneOf(
                withoutCheck({ $0.birth("yymmdd") + $0.digits(5) }, PlainChecks.isAnyOfEleven),
                withCheckDigit({ "991399" + $0.digits(4) }) { PlainChecks.pesel($0) && !PlainChecks.cpf($0) })
        case .sePersonnummer: personnummer(isRight: false)
        case .chAHV: ahv(isRight: false)
        case .beNRN: withoutCheck({ $0.nrn(isRight: false) }, PlainChecks.isAnyOfEleven)
        case .brCPF: withoutCheck({ $0.cpf(isRight: false) }, PlainChecks.isAnyOfEleven)
        case .caSIN:
            group(
                withoutCheck({ $0.number(1...7, width: 1) + $0.digits(8) }) {
                    PlainChecks.luhn($0) || PlainChecks.bsn($0)
                },
                [3, 3], " ")
        case .inAadhaar:
            group(withoutCheck({ $0.number(2...9, width: 1) + $0.digits(11) }, PlainChecks.verhoeff), [4, 4], " ")
        case .inPAN:
            oneOf(capitals(4) + digits(5) + capitals(1), letters(5) + digits(4) + letters(1), capitals(5) + digits(4))
        case .krRRN: oneOf("991399-1" + digits(6), "930230-1" + digits(6), "880101-9" + digits(6))
        default: preconditionFailure("not a national id")
        }
    }
}
