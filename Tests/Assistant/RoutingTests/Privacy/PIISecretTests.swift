import Testing

@testable import Routing

@Suite("PII: keys, tokens and passwords")
struct PIISecretTests {
    private func found(_ text: String) -> [String] {
        let utf8 = Array(text.utf8)
        return PIIScanner().scan(text).map { String(decoding: utf8[$0.range], as: UTF8.self) }
    }

    @Test(
        "A password is one in the languages of Europe",
        arguments: [
            "password", "Passwort", "Kennwort", "mot de passe", "contraseña", "clave", "senha", "palavra-passe",
            "parola d'ordine", "wachtwoord", "adgangskode", "passord", "lösenord", "salasana", "lykilorð", "parool",
            "slaptažodis", "hasło", "heslo", "jelszó", "parolă", "lozinka", "geslo", "fjalëkalimi", "şifre", "пароль",
            "парола", "лозинка", "κωδικός", "contrasenya", "pasahitza", "cyfrinair",
        ])
    func languages(word: String) {
        for text in ["\(word): giraffe-7x", "\(word) = giraffe-7x", "\(word) : giraffe-7x", "\(word):\ngiraffe-7x"] {
            #expect(found(text) == ["giraffe-7x"], "\(text)")
        }
    }

    @Test("A password is told by what is said of it")
    func said() {
        #expect(found("Mein Passwort lautet giraffe1") == ["giraffe1"])
        #expect(found("the password for the router is giraffe7") == ["giraffe7"])
        #expect(found("my password is Giraffe") == ["Giraffe"])
        #expect(found("la contraseña es jirafa12.") == ["jirafa12"])
        #expect(found("le mot de passe est girafe12") == ["girafe12"])
        #expect(found("password -> giraffe8") == ["giraffe8"])
        #expect(found("<password>giraffe11</password>") == ["giraffe11"])
        #expect(found("**Password:** `giraffe11`") == ["giraffe11"])
        #expect(found("password: correct horse battery staple") == ["correct horse battery staple"])
        #expect(found("password: \"giraffe 51 two\"") == ["giraffe 51 two"])
        #expect(found("PIN: 4711") == ["4711"])
        #expect(found("login jane / giraffe35") == ["giraffe35"])
    }

    @Test("A name says so by its words, whichever way they are joined")
    func names() {
        for name in [
            "SECRET_KEY_BASE", "secretKey", "client_secret", "AWS_SECRET_ACCESS_KEY", "X-Api-Key", "accessToken",
            "spring.datasource.password", "PGPASSWORD", "DB_PASS", "private_key_id", "SESSION_KEY", "userPassword",
        ] {
            #expect(found("\(name)=giraffe27xyz") == ["giraffe27xyz"], "\(name)")
            #expect(found("\"\(name)\": \"giraffe27xyz\"") == ["giraffe27xyz"], "\(name)")
        }
        for text in [
            "token_count=128000x", "max_tokens: 4096", "secretName: web-tls-1a", "password_file=/run/secret1",
            "tokenizer: bpe64k", "passwordLength = 16characters", "keyboard: us101x", "monkey: abc123x",
            "PASSWORD=$PASSWORD1",
        ] {
            #expect(found(text) == [], "\(text)")
        }
    }

    @Test("What only speaks of secrets is none")
    func speaking() {
        for text in [
            "password: required", "the password is wrong.", "The token is invalid", "password: String",
            "password = password",
            "Your password is stored encrypted.", "the password was changed yesterday", "password: the word you chose",
            "if password is None:", "let token = tokens[3]", "self.credential = credential", "password = getpass()",
            "a password of at least 8 characters", "Passwort vergessen?", "secret: an idea nobody has had",
            "Basic Instructions", "basic authentication", "bearer of bad news from afar",
        ] {
            #expect(found(text) == [], "\(text)")
        }
    }

    @Test(
        "Keys are known by their issuers' forms, of letters only too",
        arguments: [
            "sk-abcdefghijklmnopqrstuvwxyzabcdef", "xoxb-123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx",
            "xapp-1-A0123456789-1234567890123-abcdef0123456789",
            "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "SG.abcdEFGH0123456789abcd.abcdEFGH0123456789abcdEFGH0123456789abcdEFG",
            "AC0123456789abcdef0123456789abcdef",
            "SK0123456789abcdef0123456789abcdef", "aBc8Q~abcdefghijklmnopqrstuvwxyz0123456789",
            "v1.CmQKHHN0YXRpY2tleS1lMDB0ZXN0",
            "ya29.a0AfH6SMBx1234567890abcdefghij", "glpat-AbCdEfGhIjKlMnOpQr12",
            "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
            "whsec_abcdEFGH0123456789abcdEFGH012345", "dckr_pat_abcdEFGH0123456789abcdEFGH",
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.", "ghp_abcdEFGH0123456789abcdEFGH01\n23456789",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3\njVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        ])
    func keys(key: String) {
        #expect(found("take \(key) and") == [key])
        #expect(found("take \(key)") == [key])
    }

    @Test("Azure's keys, headers, options of commands and encoded text")
    func others() {
        let key = String(repeating: "aB3", count: 28)
        #expect(found("AccountName=x;AccountKey=\(key)==;EndpointSuffix=y") == [key + "=="])
        #expect(found("Authorization: Basic amFuZTpodW50ZXIyMTIz") == ["amFuZTpodW50ZXIyMTIz"])
        #expect(found("Authorization: Token giraffe37giraffe37") == ["giraffe37giraffe37"])
        #expect(found("Authorization: Bearer\nabcDEF123456789xyz") == ["abcDEF123456789xyz"])
        #expect(found("curl -u jane:hunter2123 https://x") == ["jane:hunter2123"])
        #expect(found("mysql -ujane -pgiraffe47") == ["giraffe47"])
        #expect(found("sshpass -p giraffe48 ssh h") == ["giraffe48"])
        #expect(found("card NDExMTExMTExMTExMTExMQ==") == ["NDExMTExMTExMTExMTExMQ=="])
    }

    @Test("A private key is hidden without its first line, with four hyphens, and as PuTTY writes it")
    func keyFiles() {
        let body = "MIIEpAIBAAKCAQEAx9SECRETLINE\nabcdefghijklmnop0123456789ABCDEF"
        for text in [
            "\(body)\n-----END RSA PRIVATE KEY-----", "----BEGIN RSA PRIVATE KEY----\n\(body)\n",
            "\"-----BEGIN PRIVATE KEY-----\\nMIIESECRETLINE\\n-----END PRIVATE KEY-----\\n\"",
            "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 8\nAAABSECRETLINE",
        ] {
            #expect(!PIIScanner().scan(text).isEmpty)
            #expect(found(text).joined().contains("SECRETLINE"), "\(text)")
        }
    }

    @Test("Of two secrets that overlap, no part is left")
    func overlap() {
        let text = "password=abc1@example.org"
        let covered = PIIScanner().scan(text).reduce(into: Set<Int>()) { $0.formUnion($1.range) }
        #expect(Set(9..<text.utf8.count).isSubset(of: covered))
    }
}
