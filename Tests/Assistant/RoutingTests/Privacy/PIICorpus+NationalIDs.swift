@testable import Routing

extension PIICorpus {
    mutating func nationalID(_ kind: PIIKind) -> String {
        switch kind {
        case .usSSN:
            group(
                number(1...665, width: 3) + number(1...99, width: 2) + number(1...9_999, width: 4), [3, 2],
                oneOf("-", " ", "\u{2011}"))
        case .ukNINO: nino()
        case .deTaxID: taxID()
        case .frNIR: nir(isRight: true)
        case .esDNI: dni(isRight: true)
        case .itCodiceFiscale: codiceFiscale(isRight: true)
        case .nlBSN:
            {
                let plain = withCheckDigit({ $0.number(10...99_999_999, width: 8) }, PlainChecks.bsn)
                return oneOf(plain, plain, group(plain, [4, 2], "."))
            }()
        case .plPESEL: withCheckDigit({ $0.birth("yymmdd") + $0.digits(4) }, PlainChecks.pesel)
        case .sePersonnummer: personnummer(isRight: true)
        case .chAHV: ahv(isRight: true)
        case .beNRN: nrn(isRight: true)
        case .brCPF: cpf(isRight: true)
        case .caSIN:
            group(
                withCheckDigit(
                    { $0.number(1...7, width: 1) + $0.digits(7) }, { PlainChecks.luhn($0) && !PlainChecks.bsn($0) }),
                [3, 3], oneOf(" ", "-"))
        case .inAadhaar:
            group(
                withCheckDigit({ $0.number(2...9, width: 1) + $0.digits(10) }, PlainChecks.verhoeff), [4, 4],
                oneOf(" ", "-"))
        case .inPAN: capitals(5) + digits(4) + capitals(1)
        case .krRRN: birth("yymmdd") + "-" + number(1...2, width: 1) + digits(6)
        default: preconditionFailure("not a national id")
        }
    }

    /// A day of birth that every calendar has.
    mutating func birth(_ form: String) -> String {
        let year = number(form.hasPrefix("yyyy") ? 1930...1999 : 30...99, width: form.hasPrefix("yyyy") ? 4 : 2)
        return year + number(1...12, width: 2) + number(1...28, width: 2)
    }

    private mutating func nino() -> String {
        let prefix = oneOf("AB", "CE", "JG", "PW", "SX", "YZ", "HM", "LA")
        let plain = prefix + digits(6) + oneOf("A", "B", "C", "D")
        return oneOf(plain, group(plain, [2, 2, 2, 2], " "), plain.lowercased())
    }

    mutating func taxID() -> String {
        while true {
            // One digit twice among the first ten, the others at most once.
            var base = Array("0123456789").shuffled(using: &random)
            base[Int.random(in: 1...9, using: &random)] = base[0]
            base.shuffle(using: &random)
            let plain = complete((0...9).map { String(base) + String($0) }, PlainChecks.taxID)
            if let plain { return oneOf(plain, group(plain, [2, 3, 3], " ")) }
        }
    }

    mutating func nir(isRight: Bool) -> String {
        let department = oneOf("75", "2A", "2B", "13", "69")
        let base = oneOf("1", "2") + number(30...99, width: 2) + number(1...12, width: 2) + department + digits(6)
        let counted = base.replacing("2A", with: "19").replacing("2B", with: "18")
        let key = 97 - PlainChecks.modulo(counted, 97)
        let plain = base + number(isRight ? key...key : key % 97 + 1...key % 97 + 1, width: 2)
        return oneOf(plain, group(plain, [1, 2, 2, 2, 3, 3], " "), group(plain, [13], " "))
    }

    mutating func dni(isRight: Bool) -> String {
        let isForeign = Bool.random(using: &random)
        let body = digits(isForeign ? 7 : 8)
        let lead = Int.random(in: 0...2, using: &random)
        let number = (Int(body) ?? 0) + (isForeign ? lead * 10_000_000 : 0)
        let letter = String(PlainChecks.dni(isRight ? number : number + 1))
        if isForeign { return ["X", "Y", "Z"][lead] + oneOf("", "-") + body + oneOf("", "-") + letter }
        return oneOf(body + letter, body + "-" + letter, group(body, [2, 3], ".") + "-" + letter)
    }

    mutating func codiceFiscale(isRight: Bool) -> String {
        let base =
            capitals(6) + digits(2) + oneOf("A", "B", "C", "D", "E", "H", "L", "M", "P", "R", "S", "T")
            + number(1...71, width: 2) + capitals(1) + digits(3)
        let control = PlainChecks.codiceFiscale(base)
        if isRight { return base + String(control) }
        return base + (complete(Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ").map(String.init)) { $0 != String(control) } ?? "A")
    }

    mutating func personnummer(isRight: Bool) -> String {
        func plain(_ corpus: inout PIICorpus) -> String { corpus.birth("yymmdd") + corpus.digits(3) }
        let ten =
            isRight
            ? withCheckDigit(plain, PlainChecks.luhn)
            : withoutCheck({ plain(&$0) + $0.digits(1) }, PlainChecks.luhn)
        return oneOf(group(ten, [6], "-"), "19" + group(ten, [6], "-"), "19" + ten, ten, group(ten, [6], "+"))
    }

    mutating func ahv(isRight: Bool) -> String {
        let plain =
            isRight
            ? withCheckDigit({ "756" + $0.digits(9) }, PlainChecks.ean)
            : withoutCheck({ "756" + $0.digits(10) }, PlainChecks.ean)
        return oneOf(plain, group(plain, [3, 4, 4], "."))
    }

    mutating func nrn(isRight: Bool) -> String {
        let base = birth("yymmdd") + digits(3)
        let key = 97 - PlainChecks.modulo(oneOf("", "2") + base, 97)
        let plain = base + (isRight ? number(key...key, width: 2) : "99")
        let parts = [plain.prefix(2), plain.dropFirst(2).prefix(2), plain.dropFirst(4).prefix(2)].joined(separator: ".")
        return oneOf(plain, parts + "-" + plain.dropFirst(6).prefix(3) + "." + plain.suffix(2))
    }

    mutating func cpf(isRight: Bool) -> String {
        while true {
            let base = digits(9)
            let all = (0...99).map { base + ($0 < 10 ? "0" : "") + String($0) }
            guard let plain = complete(all, { PlainChecks.cpf($0) == isRight }) else { continue }
            return oneOf(plain, group(String(plain.prefix(9)), [3, 3], ".") + "-" + plain.suffix(2))
        }
    }
}
