import Testing

@testable import Routing

@Suite("PII: forms one by one")
struct PIIScannerFormsTests {
    private func found(_ text: String) -> [String] {
        let utf8 = Array(text.utf8)
        return PIIScanner().scan(text).map { "\($0.kind.rawValue):" + String(decoding: utf8[$0.range], as: UTF8.self) }
    }

    @Test(
        "Telephone numbers as people write them",
        arguments: [
            "+1 (212) 555-0123", "+1-212-555-0123", "+1.212.555.0123", "+12125550123", "001-212-555-0123",
            "(212) 555-0123", "(212)555-0123", "212-555-0123", "212.555.0123", "212 555 0123", "1-800-555-0199",
            "+44 (0)20 7946 0958", "+44 20 7946 0958", "020 7946 0958", "(020) 7946 0958", "07911 123456",
            "+447911123456",
            "+49 (0) 30 1234567", "+49-171-1234567", "0049 171 1234567", "030/1234567", "(030) 123456", "0171 1234567",
            "+33 1 42 68 53 00", "01 42 68 53 00", "+41 44 668 18 00", "+43 1 58858 0", "+39 06 6982",
            "+34 912 345 678",
            "+48 22 694 60 00", "+81 3-1234-5678", "+86 138 0013 8000", "+91 98765 43210", "+55 11 91234-5678",
        ])
    func phones(number: String) {
        #expect(found("Please ring \(number), thanks.") == ["phone:\(number)"])
    }

    @Test("A word of four letters in front of a card is not the beginning of something longer")
    func cardAfterWord() {
        for word in ["card", "Card", "Visa", "from", "card:"] {
            let found = PIIScanner().scan("\(word) 4111 1111 1111 1111.")
            #expect(found.map(\.kind) == [.card], "\(word)")
        }
    }

    @Test("A bare number is a telephone number where a word says so")
    func announced() {
        #expect(found("tel 5551234") == ["phone:5551234"])
        #expect(found("Phone: 600 123 456") == ["phone:600 123 456"])
        #expect(found("Téléphone : 0142685300") == ["phone:0142685300"])
        #expect(found("hotel 5551234") == [])
        #expect(found("5551234 items") == [])
    }

    @Test(
        "Nothing is hidden by full-width forms, other digits, invisible characters and wide spaces",
        arguments: [
            ("４１１１１１１１１１１１１１１１", "card"), ("4111\u{200B}1111\u{200D}1111\u{2060}1111", "card"),
            ("4111\u{A0}1111\u{A0}1111\u{A0}1111", "card"), ("4111\u{2011}1111\u{2011}1111\u{2011}1111", "card"),
            ("٤١١١١١١١١١١١١١١١", "card"), ("bob\u{200B}@example.com", "email"), ("bob＠example．com", "email"),
            ("DE89\u{202F}3704\u{202F}0044\u{202F}0532\u{202F}0130\u{202F}00", "iban"), ("192。168。1。10", "ip_address"),
            ("\u{FEFF}123\u{2013}45\u{2013}6789", "us_ssn"),
        ])
    func tricks(text: String, kind: String) {
        #expect(PIIScanner().scan("see \(text) there").map(\.kind.rawValue) == [kind])
    }

    @Test("Published examples of national ids are known")
    func examples() {
        let examples = [
            ("us_ssn", "219-09-9999"), ("uk_nino", "AB 12 34 56 C"), ("de_tax_id", "86095742719"),
            ("fr_nir", "255081416802538"),
            ("es_dni", "12345678Z"), ("es_dni", "X1234567L"), ("it_codice_fiscale", "RSSMRA85T10A562S"),
            ("nl_bsn", "111222333"), ("pl_pesel", "44051401359"), ("se_personnummer", "811228-9874"),
            ("ch_ahv", "756.9217.0769.85"), ("br_cpf", "529.982.247-25"), ("be_nrn", "85.07.30-033.28"),
            ("in_aadhaar", "2341 2341 2346"),
        ]
        for (kind, number) in examples { #expect(found("No. \(number).") == ["\(kind):\(number)"]) }
    }

    @Test("Numbers without a separator are told by the word in front of them where they have no checksum")
    func hints() {
        #expect(found("SSN 219099999") == ["us_ssn:219099999"])
        #expect(found("social security number: 219099999") == ["us_ssn:219099999"])
        #expect(found("part 219099999") == [])
    }

    @Test("Secrets that are assigned to a word that says so")
    func assigned() {
        #expect(found("password=hunter22") == ["secret:hunter22"])
        #expect(found("DB_PASSWORD: 'a1b2c3d4'") == ["secret:a1b2c3d4"])
        #expect(found(#"{"api_key": "abc12345"}"#) == ["secret:abc12345"])
        #expect(found("my password is Tr0ub4dor&3.") == ["secret:Tr0ub4dor&3"])
        #expect(found("https://x.org/?token=abc123&page=2") == ["secret:abc123"])
        #expect(found("curl --token=abc123def https://x") == ["secret:abc123def"])
        #expect(found("password: required") == [])
        #expect(found("the token is invalid") == [])
        #expect(found("Authorization: Bearer abcdef0123456789xyz") == ["api_key:abcdef0123456789xyz"])
    }

    @Test("A secret that contains another is taken whole, and so is a URL's password that looks like an address")
    func nested() {
        #expect(found("https://bob:me@home.org@db.example.com/x") == ["credentials:bob:me@home.org"])
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMQ"
        #expect(found("Bearer \(token)") == ["jwt:\(token)"])
    }

    @Test("A private key without an end is hidden to the end of the text")
    func openKeyBlock() {
        let text = "key:\n-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nbob@example.com"
        #expect(PIIScanner().scan(text) == [PIIFinding(.privateKey, 5..<text.utf8.count)])
    }

    @Test("Names are found after titles and introductions only")
    func names() {
        #expect(found("I met Dr. Anna Maria Schmidt yesterday") == ["name:Anna Maria Schmidt"])
        #expect(found("my name is Jean-Luc O'Neill and") == ["name:Jean-Luc O'Neill"])
        #expect(found("Ich heiße Jörg Müller.") == ["name:Jörg Müller"])
        #expect(found("Anna Schmidt lives here") == [])
        #expect(found("the dr is in, my name is secret") == [])
    }

    @Test("Addresses keep the punctuation of the sentence out")
    func punctuation() {
        #expect(found("Mail bob@example.com.") == ["email:bob@example.com"])
        #expect(found("<bob@example.com>;") == ["email:bob@example.com"])
        #expect(found("mailto:bob@example.com?subject=x") == ["email:bob@example.com"])
        #expect(found("bob@example.com-") == ["email:bob@example.com"])
        #expect(found("at 2001:db8::1.") == ["ip_address:2001:db8::1"])
        #expect(found("[2001:db8::1]:443") == ["ip_address:2001:db8::1"])
        #expect(found("http://10.1.2.3:8080/") == ["ip_address:10.1.2.3"])
        #expect(found("10.1.2.0/24") == ["ip_address:10.1.2.0"])
    }

    @Test("Kinds that are not wanted are not found, and make room for others")
    func kinds() {
        let scanner = PIIScanner(kinds: [.card])
        #expect(scanner.scan("bob@example.com 4111111111111111").map(\.kind) == [.card])
        #expect(PIIScanner(kinds: []).scan("<EMAIL_1> bob@example.com").map(\.kind) == [.literal])
    }
}
