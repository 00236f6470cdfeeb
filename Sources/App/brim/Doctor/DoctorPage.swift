import AssistantCore

/// The findings about one part of the device.
struct DoctorSection: Encodable {
    var name: String
    var findings: [Finding]

    init(_ name: String, _ findings: [Finding]) {
        self.name = name
        self.findings = findings
    }
}

/// The findings as a page of text.
struct DoctorPage {
    private let sections: [DoctorSection]
    private let columns: Int

    /// - Parameter columns: of the terminal; lines are no longer, and no longer than ``widest``.
    init(_ sections: [DoctorSection], columns: Int? = nil) {
        self.sections = sections
        self.columns = min(columns ?? Self.widest, Self.widest)
    }

    /// Longer lines are hard to read.
    static let widest = 100

    var text: String {
        let findings = sections.flatMap(\.findings)
        let width = findings.map(\.subject.count).max() ?? 0
        var page = ""
        for section in sections where !section.findings.isEmpty {
            page += section.name + "\n"
            for finding in section.findings {
                let pad = String(repeating: " ", count: width - finding.subject.count)
                let margin = String(repeating: " ", count: width + 10)
                let lines =
                    wrapped(finding.sentence, margin) + (finding.nextStep.map { wrapped("→ \($0)", margin) } ?? [])
                page += "  \(finding.verdict.word)  \(finding.subject)\(pad)  "
                page += lines.joined(separator: "\n" + margin) + "\n"
            }
        }
        return page + "\n" + summary(findings) + "\n"
    }

    /// The page for a terminal: safe, and each verdict in its colour.
    var colouredText: String {
        TerminalText.sanitised(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
            for verdict in Finding.Verdict.allCases where line.hasPrefix("  \(verdict.word)  ") {
                return "  \u{1B}[\(verdict.colour)m\(verdict.word)\u{1B}[0m" + line.dropFirst(2 + verdict.word.count)
            }
            return String(line)
        }.joined(separator: "\n")
    }

    /// Words on lines that end within the columns; a word that is longer, such as a path, is left whole.
    private func wrapped(_ text: String, _ margin: String) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, margin.count + last.count + word.count < columns {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private func summary(_ findings: [Finding]) -> String {
        let failures = findings.count { $0.verdict == .failure }
        let warnings = findings.count { $0.verdict == .warning }
        if failures + warnings == 0 { return "All is well." }
        return [
            failures > 0 ? "\(failures) \(failures == 1 ? "thing fails" : "things fail")" : nil,
            warnings > 0 ? "\(warnings) warning\(warnings == 1 ? "" : "s")" : nil,
        ].compactMap(\.self).joined(separator: ", ") + "."
    }
}

extension Finding.Verdict {
    /// As terminals number them; told by the word as well.
    fileprivate var colour: String {
        switch self {
        case .ok: "32"
        case .warning: "33"
        case .failure: "1;31"
        }
    }

    fileprivate var word: String {
        switch self {
        case .ok: "OK  "
        case .warning: "WARN"
        case .failure: "FAIL"
        }
    }
}
