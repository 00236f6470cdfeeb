import Testing

@testable import Routing

@Suite("PII: recall and precision on generated lines")
struct PIIScannerCorpusTests {
    private struct Score {
        var found = 0
        var missed = 0
        var wrong = 0
        var nearMisses = 0
        var recall: Double { Double(found) / Double(max(1, found + missed)) }
        var precision: Double { Double(found) / Double(max(1, found + wrong)) }
    }

    @Test("Every kind with a form or a checksum is found (recall ≥ 0.99) and nothing else is (precision ≥ 0.97)")
    func corpus() {
        var corpus = PIICorpus(seed: 20_261_123)
        let lines = corpus.lines(100)
        var scores: [PIIKind: Score] = [:]
        let scanner = PIIScanner()
        for line in lines {
            let utf8 = Array(line.text.utf8)
            let findings = scanner.scan(line.text).map { ($0.kind, String(decoding: utf8[$0.range], as: UTF8.self)) }
            var isFound = false
            for (kind, text) in findings {
                // Some numbers are valid in two countries; the placeholder is the same for both.
                if kind.tag == line.kind.tag, text == line.value, !isFound {
                    isFound = true
                } else if kind == .phone, line.value == nil, isMobileAtHome(text) {
                    // A near miss of another kind of number may well be a mobile of some country: nothing tells.
                    continue
                } else {
                    scores[kind, default: Score()].wrong += 1
                    print(
                        "mistake: \(line.kind) in \(line.text.debugDescription): took \(text.debugDescription) for \(kind)"
                    )
                }
            }
            if line.value == nil {
                scores[line.kind, default: Score()].nearMisses += 1
            } else if isFound {
                scores[line.kind, default: Score()].found += 1
            } else {
                scores[line.kind, default: Score()].missed += 1
                print("mistake: \(line.kind) missed in \(line.text.debugDescription)")
            }
        }
        #expect(lines.count >= 1_000)
        report(lines.count, scores)
        // Kinds without a form are only asked not to be found everywhere.
        let formless: Set<PIIKind> = [
            .secret, .name, .literal, .documentNumber, .accountNumber, .birthDate, .postalAddress,
        ]
        #expect(formless.reduce(0) { $0 + (scores[$1]?.wrong ?? 0) } <= lines.count / 200)
        for (kind, score) in scores where !formless.contains(kind) {
            #expect(score.recall >= 0.99, "\(kind): \(score)")
            #expect(score.precision >= 0.97, "\(kind): \(score)")
            #expect(score.found + score.missed >= 100 && score.nearMisses >= 100, "\(kind)")
        }
    }

    /// Nine to eleven digits as mobiles have them in India, China, Brazil, Russia or Poland, without the country's code.
    private func isMobileAtHome(_ text: String) -> Bool {
        let digits = text.filter(\.isWholeNumber)
        return digits.wholeMatch(of: /[6-9]\d{9}|1[3-9]\d{9}|[1-9]{2}9\d{8}|[78]9\d{9}|[4-8]\d{8}|\d{10}/) != nil
    }

    private func report(_ lines: Int, _ scores: [PIIKind: Score]) {
        func column(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        print(
            column("kind", 20) + column("lines", 8) + column("recall", 9) + column("near misses", 13)
                + "precision")
        for kind in PIIKind.allCases {
            guard let score = scores[kind], score.nearMisses > 0 else { continue }
            print(
                column(kind.rawValue, 20) + column("\(score.found + score.missed)", 8)
                    + column(score.recall.inThousandths, 9) + column("\(score.nearMisses)", 13)
                    + score.precision.inThousandths)
        }
        print("\(lines) lines in all")
    }
}

extension Double {
    fileprivate var inThousandths: String {
        let thousandths = Int((self * 1_000).rounded(.down))
        return "\(thousandths / 1_000)." + String(String(thousandths % 1_000 + 1_000).dropFirst())
    }
}
