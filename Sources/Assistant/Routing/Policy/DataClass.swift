/// Data classes that a configuration can bind to the device by name alone. The words are a beginning, in English and
/// German; a rule of the same name adds its own.
package enum DataClass: String, Sendable, Hashable, CaseIterable {
    case medical, financial, personal, children, credentials

    /// As in ``StayRule/phrases``.
    package var phrases: [String] {
        switch self {
        case .medical: Self.medicalPhrases
        case .financial: Self.financialPhrases
        case .personal: Self.personalPhrases
        case .children: Self.childrenPhrases
        case .credentials: Self.credentialPhrases
        }
    }

    /// Kinds of personal data that reveal the class.
    package var detects: [PIIKind] {
        switch self {
        case .medical, .children: []
        case .financial: [.iban, .card, .accountNumber, .wallet]
        case .personal:
            PIIKind.allCases.filter { $0.isNationalID } + [
                .email, .phone, .name, .birthDate, .postalAddress, .coordinates,
            ]
        case .credentials: PIIKind.allCases.filter(\.isSecret)
        }
    }

    private static let medicalPhrases = [
        "diagnos*", "symptom*", "prescription*", "prescribed", "medication*", "medicine*", "dosage*", "my doctor",
        "patient*", "hospital*", "surgery", "cancer", "tumour*", "tumor*", "diabet*", "hiv", "depress*", "anxiety",
        "therap*", "psychiatr*", "pregnan*", "miscarriage*", "abortion*", "allerg*", "asthma*", "epilep*", "insulin*",
        "antidepressant*", "antibiotic*", "blood pressure", "blood test*", "heart attack*", "stroke", "vaccin*",
        "mental health", "suicid*", "medical record*", "health insurance",
        "krank*", "arzt", "ärzt*", "rezeptpflichtig*", "medikament*", "beschwerden", "schwanger*", "operation",
        "krebs", "blutdruck", "blutwert*", "psych*", "allergie*", "impf*", "befund*", "patientenakte*",
    ]

    private static let financialPhrases = [
        "bank account*", "account number*", "account balance*", "credit card*", "debit card*", "iban", "bic",
        "swift code",
        "salary", "my wage*", "income tax*", "tax return*", "tax id*", "mortgage*", "loan*", "my debt*", "overdraft*",
        "bankrupt*", "insolven*", "my savings", "pension*", "invoice*", "payslip*", "credit score*", "wire transfer*",
        "konto*", "kreditkarte*", "gehalt*", "lohn*", "steuererklärung*", "hypothek*", "kredit*", "schulden",
        "überweisung*", "rechnung*", "rente*", "ersparnis*",
    ]

    private static let personalPhrases = [
        "my address", "home address", "date of birth", "born on", "my birthday", "passport number*", "passport no",
        "driving licence*", "driver's license*", "social security", "my husband", "my wife", "my partner",
        "my marriage",
        "divorc*", "my religion", "sexual orientation", "political opinion*", "criminal record*",
        "meine adresse", "geburtsdatum", "geboren am", "personalausweis*", "reisepass*", "führerschein*", "meine frau",
        "mein mann", "scheidung*",
    ]

    private static let childrenPhrases = [
        "my child", "my children", "my kid", "my kids", "my son", "my sons", "my daughter", "my daughters", "my baby",
        "my toddler", "my teenager", "kindergarten*", "nursery", "school report*", "my pupil*", "child custody",
        "mein kind", "meine kinder", "mein sohn", "meine tochter", "mein baby", "kita", "schulzeugnis*", "sorgerecht*",
    ]

    private static let credentialPhrases = [
        "my password*", "my passphrase*", "my pin", "pin code*", "api key*", "access token*", "secret key*",
        "private key*",
        "recovery phrase*", "seed phrase*", "one time password*", "two factor code*",
        "mein passwort", "mein kennwort", "meine pin", "geheimzahl*", "zugangsdaten",
    ]
}
