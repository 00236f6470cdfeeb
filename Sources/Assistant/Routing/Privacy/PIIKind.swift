/// A kind of personal data, or of secret, that is found on the device before anything is sent.
package enum PIIKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of the text where it has none.
    case privateKey = "private_key"
    /// JSON web token: three or more segments of base64url.
    case jwt
    /// Keys and tokens by the prefixes that their issuers give them, and whatever follows `Bearer`.
    case apiKey = "api_key"
    /// `user:password` in a URL.
    case credentials
    /// What is assigned to a word such as `password`, `contraseña` or `SECRET_KEY_BASE`, or said to be one. A weak rule: no
    /// form, no checksum.
    case secret
    case email
    /// Country's length and mod 97.
    case iban
    /// 13 to 19 digits, a leading digit that cards have, Luhn.
    case card
    /// United States: form and ranges; there is no checksum.
    case usSSN = "us_ssn"
    /// United Kingdom: form and prefixes; there is no checksum.
    case ukNINO = "uk_nino"
    /// Germany, Steuer-ID: ISO 7064 mod 11,10 and the rule of the repeated digit.
    case deTaxID = "de_tax_id"
    /// France, NIR: mod 97.
    case frNIR = "fr_nir"
    /// Spain, DNI and NIE: letter mod 23.
    case esDNI = "es_dni"
    /// Italy, codice fiscale: control letter.
    case itCodiceFiscale = "it_codice_fiscale"
    /// Netherlands: elfproef.
    case nlBSN = "nl_bsn"
    /// Poland: weights and date of birth.
    case plPESEL = "pl_pesel"
    /// Sweden: Luhn and date of birth.
    case sePersonnummer = "se_personnummer"
    /// Switzerland: 756 and EAN-13.
    case chAHV = "ch_ahv"
    /// Belgium: mod 97.
    case beNRN = "be_nrn"
    /// Brazil: two check digits.
    case brCPF = "br_cpf"
    /// Canada: in groups of three, Luhn.
    case caSIN = "ca_sin"
    /// India: in groups of four, Verhoeff.
    case inAadhaar = "in_aadhaar"
    /// India: form; there is no public checksum.
    case inPAN = "in_pan"
    /// South Korea: date of birth and form.
    case krRRN = "kr_rrn"
    /// A passport's, a licence's or an identity card's, after the word for it.
    case documentNumber = "document_number"
    /// Of a bank account, after the word for it.
    case accountNumber = "account_number"
    /// After the words for it.
    case birthDate = "birth_date"
    /// A street and a number in the manner of English, German and a few others.
    case postalAddress = "postal_address"
    /// Degrees with four decimals or more.
    case coordinates
    /// Addresses of Bitcoin and Ethereum, by form.
    case wallet
    /// Version 4 in four decimal octets, version 6 in any spelling.
    case ipAddress = "ip_address"
    case macAddress = "mac_address"
    /// International with its country code, and the usual national forms.
    case phone
    /// After a title or “my name is”. A weak rule: most names are not found.
    case name
    /// No personal data: text that looks like one of our placeholders, which must not be taken for one.
    case literal

    /// The word in the placeholder: `EMAIL` in `<EMAIL_1>`.
    package var tag: String {
        switch self {
        case .privateKey: "PRIVATEKEY"
        case .jwt: "TOKEN"
        case .apiKey: "APIKEY"
        case .credentials: "CREDENTIALS"
        case .secret: "SECRET"
        case .email: "EMAIL"
        case .iban: "IBAN"
        case .card: "CARD"
        case .ipAddress: "IP"
        case .macAddress: "MAC"
        case .phone: "PHONE"
        case .name: "NAME"
        case .literal: "LITERAL"
        case .accountNumber: "ACCOUNT"
        case .birthDate: "BIRTHDATE"
        case .coordinates: "LOCATION"
        case .wallet: "WALLET"
        case .postalAddress: "ADDRESS"
        case .usSSN, .ukNINO, .deTaxID, .frNIR, .esDNI, .itCodiceFiscale, .nlBSN, .plPESEL, .sePersonnummer, .chAHV,
            .beNRN, .brCPF, .caSIN, .inAadhaar, .inPAN, .krRRN, .documentNumber:
            "ID"
        }
    }

    /// Whether it is a number by which a state knows a person.
    package var isNationalID: Bool {
        tag == "ID"
    }

    /// Whether it opens doors rather than names a person.
    package var isSecret: Bool {
        switch self {
        case .privateKey, .jwt, .apiKey, .credentials, .secret: true
        default: false
        }
    }
}
