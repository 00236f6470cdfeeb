/// What says that a secret follows.
enum SecretName {
    /// A word that people choose: it may be any word.
    case password
    /// A key or token that a machine made: letters and digits.
    case key
    /// A few digits.
    case pin

    /// Words for it in the languages of Europe, as ``FoldedText`` folds them.
    static let phrases = WordTable<SecretName>(
        passwords.map { ($0, .password) } + keys.map { ($0, .key) } + pins.map { ($0, .pin) })

    private static let passwords = [
        "password", "passwords", "passwd", "pwd", "pw", "pass", "passphrase", "pass phrase", "passcode", "pass code",
        "passwort", "passworte", "kennwort", "losungswort", "zugangscode", "zugangsdaten", "mot de passe", "mdp",
        "code d'acces", "code secret", "contrasena", "clave", "clave de acceso", "contrasenya", "contrasinal",
        "pasahitza",
        "senha", "palavra-passe", "palavra passe", "parola", "parola d'ordine", "parola chiave", "parola de acces",
        "wachtwoord", "toegangscode", "adgangskode", "adgangskoden", "kodeord", "kodeordet", "passord", "passordet",
        "losenord", "losenordet", "salasana", "salasanani", "lykilord", "lykilordid", "salasona", "parool", "parole",
        "slaptazodis", "haslo", "haslem", "hasla", "heslo", "jelszo", "jelszavam", "lozinka", "zaporka", "geslo",
        "sifra", "sifre", "sifrem", "fjalekalim", "fjalekalimi", "pasfhocal", "cyfrinair", "login password",
    ]

    private static let keys = [
        "secret", "token", "api key", "apikey", "api-key", "api token", "access key", "access token", "secret key",
        "secret access key", "auth token", "auth key", "bearer token", "refresh token", "session token", "session key",
        "session id", "sessionid", "session", "sid", "jsessionid", "phpsessid", "client secret", "shared secret",
        "private key", "encryption key", "signing key", "master key", "license key", "licence key", "wifi key",
        "wi-fi key",
        "wlan key", "wpa key", "wpa2 key", "network key", "account key", "recovery key", "recovery code", "backup code",
        "schlussel", "api-schlussel", "wlan-schlussel", "geheimnis", "cle", "cle api", "cle secrete", "jeton", "chiave",
        "chiave api", "chiave segreta", "segreto", "llave", "clave api", "secreto", "token de acceso", "chave",
        "segredo",
        "sleutel", "geheim", "klucz", "klucz api", "klic", "kulcs", "cheie", "kljuc", "nyckel", "nokkel", "nogle",
        "avain",
        "salaisuus", "anahtar", "credentials", "seed phrase", "sig", "csrf", "xsrf", "aws secret", "aws key",
        "nebius key", "auth",
        "authorization", "x-api-key", "x-auth-token", "api_key", "bearer",
    ]

    private static let pins = [
        "pin", "pin code", "pin-code", "pincode", "pin number", "code pin", "codigo pin", "codice pin", "kod pin",
        "pinkode", "pinkod", "puk", "cvv", "cvc", "cvv2", "otp", "tan", "geheimzahl", "security code",
        "verification code",
        "one time code", "one-time code", "2fa code", "sms code", "sicherheitscode", "bestatigungscode",
    ]

    /// The same in scripts without a twin in ASCII, in lower case.
    static let foreign: [String: SecretName] = [
        "пароль": .password, "пароля": .password, "паролем": .password, "парола": .password, "паролата": .password,
        "лозинка": .password, "шифра": .password, "гасло": .password, "κωδικός": .password, "κωδικος": .password,
        "συνθηματικό": .password, "секрет": .key, "токен": .key, "ключ": .key, "κλειδί": .key, "пин": .pin,
        "пин-код": .pin,
        "пинкод": .pin, "парол": .password, "სიტყვა": .password, "գաղտնաբառ": .password,
    ]

    private static let passwordParts: Set = [
        "password", "passwd", "passwort", "kennwort", "pwd", "passphrase", "passcode", "wachtwoord", "contrasena",
        "senha",
        "haslo", "heslo", "pgpassword", "userpass", "pass", "pw",
    ]
    private static let keyParts: Set = [
        "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "accesstoken", "authtoken", "authkey",
        "clientsecret", "sessionid", "sessionkey", "credential", "credentials",
    ]
    /// What makes `…_key` the name of a secret.
    private static let qualifiers: Set = [
        "api", "access", "secret", "private", "session", "signing", "encryption", "master", "account", "shared", "auth",
        "license", "storage", "service", "client", "deploy", "ssh", "webhook", "app", "admin", "wpa", "wifi",
        "subscription",
        "sas", "hmac", "aes", "recovery", "stripe", "openai", "aws", "azure", "nebius", "gcp", "google", "slack",
        "twilio",
        "sendgrid", "github", "gitlab",
    ]
    /// What stands behind the word where the value only speaks of a secret.
    private static let aspects: Set = [
        "name", "names", "path", "paths", "file", "files", "dir", "url", "uri", "count", "size", "length", "limit",
        "max",
        "min", "type", "types", "policy", "age", "expiry", "expires", "ttl", "field", "input", "label", "format",
        "timeout",
        "hint", "prompt", "ref", "version", "index", "budget", "strength", "rule", "rules", "regex", "pattern", "salt",
        "algorithm", "manager", "store", "provider", "reset", "changed", "required", "enabled", "placeholder", "error",
        "usage", "rate", "num", "number", "list", "class", "kind", "position", "offset", "start", "end", "width",
    ]

    /// What a name such as `SECRET_KEY_BASE`, `clientSecret` or `spring.datasource.password` says, if anything.
    ///
    /// - Parameter parts: its words, in lower case.
    static func named(_ parts: [String]) -> SecretName? {
        guard let last = parts.last, !aspects.contains(last) else { return nil }
        if parts.contains(where: { passwordParts.contains($0) && ($0.count > 4 || $0 == last) }) || last == "pwd" {
            return .password
        }
        if last == "pin" || last == "pincode" { return .pin }
        if parts.contains("secret") || keyParts.contains(last) { return .key }
        for index in parts.indices.dropFirst() where parts[index] == "key" || parts[index] == "keys" {
            if qualifiers.contains(parts[index - 1]) { return .key }
        }
        return parts.contains(where: { $0.hasSuffix("password") || $0.hasSuffix("passwort") }) ? .password : nil
    }

    /// The words of a name: at `_`, `-` and where a capital follows a small letter.
    static func parts(of name: some Sequence<UInt8>) -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        var previous: UInt8 = 0
        func finish() {
            if !part.isEmpty { parts.append(String(decoding: part, as: UTF8.self)) }
            part.removeAll(keepingCapacity: true)
        }
        for byte in name {
            if byte.isAlnum {
                if byte.isUpper, previous.isLower { finish() }
                part.append(byte.lowered)
            } else {
                finish()
            }
            previous = byte
        }
        finish()
        return parts
    }

    /// What stands behind “password:” and the like without being one.
    static let notSecrets: Set = [
        "required", "optional", "invalid", "incorrect", "string", "true", "false", "null", "none", "empty", "reset",
        "changed", "wrong", "forgotten", "forgot", "protected", "missing", "hidden", "unknown", "text", "field",
        "stored",
        "needed", "correct", "valid", "weak", "strong", "expired", "secret", "password", "passwd", "passwort",
        "kennwort",
        "token", "your", "here", "yourpassword", "changeme", "example", "default", "enter", "value", "undefined",
        "number",
        "bytes", "data", "char", "const", "self", "this", "public", "private", "static", "return", "please", "always",
        "never", "safe", "secure", "encrypted", "hashed", "plain", "plaintext", "generated", "random", "sent", "saved",
        "shared", "printed", "shown", "displayed", "accepted", "rejected", "denied", "disabled", "enabled", "available",
        "supported", "allowed", "falsch", "richtig", "vergessen", "erforderlich", "ungultig", "geheim", "requis",
        "incorrecta", "incorrecto", "obligatoire", "sbagliata", "necessary", "used", "usually", "only", "also",
        "mandatory",
        "ignored", "provided", "specified", "configured", "called", "known", "unset", "leer", "lost", "gone", "there",
        "authentication", "protection", "manager", "prompt", "policy", "file", "string?", "optional<string>", "some",
        "that", "what", "when", "which", "with", "from", "into", "case", "count", "length", "longer", "short", "again",
        "confidential", "mine", "yours", "bool", "integer", "object", "array", "option", "options", "system", "user",
        "users",
        "working", "ready", "done", "found", "given", "input", "output", "issue", "problem", "alphanumeric", "complex",
        "sendable",
    ]

    /// Words that stand in sentences and not in passphrases.
    static let sentenceWords: Set = [
        "the", "a", "an", "of", "is", "are", "was", "to", "for", "in", "on", "with", "and", "or", "not", "your", "my",
        "it",
        "that", "this", "be", "by", "as", "at", "if", "from", "must", "can", "will", "should", "has", "have", "der",
        "die",
        "das", "und", "nicht", "ist", "le", "la", "les", "de", "des", "et", "you", "we", "they", "when", "which",
        "used",
        "than", "then", "any", "all", "no", "only", "may", "do", "does",
    ]

    /// “The password is …”.
    static let copulas: Set = [
        "is", "was", "are", "ist", "lautet", "war", "heisst", "heist", "est", "etait", "es", "era", "sera", "jest",
        "este", "luidt", "remains", "sind", "sont", "son",
    ]

    /// The same in one language, and something else in another: the value has to have a digit.
    static let weakCopulas: Set = ["e", "er", "je", "ar", "on", "to", "set"]
}
