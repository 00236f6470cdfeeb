internal import Charts

extension PilotReport {
    // MARK: HTML

    /// A page of its own: no script, and nothing is fetched from anywhere.
    package var html: String {
        let isCompared = earlier != nil
        let tables = sections.map { section in
            let rows = section.rows.map { row in
                let before = isCompared ? "<td>\(SVG.escaped(row.before ?? Self.absent))</td>" : ""
                return
                    "<tr><th scope=\"row\">\(SVG.escaped(row.name))</th>\(before)<td>\(SVG.escaped(row.value))</td></tr>"
            }
            let head =
                isCompared
                ? "<thead><tr><td></td><th scope=\"col\">\(SVG.escaped(earlier?.plan.name ?? ""))</th>"
                    + "<th scope=\"col\">\(SVG.escaped(plan.name))</th></tr></thead>" : ""
            return "<h2>\(SVG.escaped(section.title))</h2>\n<table>\(head)\n\(rows.joined(separator: "\n"))\n</table>"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>\(SVG.escaped(title))</title>
            <style>
            body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
            table { border-collapse: collapse; width: 100%; }
            th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; font-weight: normal; }
            thead th { font-weight: bold; }
            th[scope=row] { width: 40%; }
            svg { max-width: 100%; height: auto; }
            </style>
            </head>
            <body>
            <h1>\(SVG.escaped(title))</h1>
            <p>\(SVG.escaped(period))</p>
            \(tables.joined(separator: "\n"))
            <h2>Diagrams</h2>
            \(pictures.joined(separator: "\n"))
            <h2>Settings</h2>
            <ul>\(settings.map { "<li>\(SVG.escaped($0))</li>" }.joined())</ul>
            <h2>Not measured</h2>
            <ul>\(figures.notMeasured.map { "<li>\(SVG.escaped($0))</li>" }.joined())</ul>
            \(textsAsHTML)
            </body>
            </html>

            """
    }

    private var textsAsHTML: String {
        guard !texts.isEmpty else { return "" }
        let rows = texts.map {
            "<tr><td>\(SVG.escaped($0.prompt))</td><td>\(SVG.escaped($0.answer))</td><td>\(SVG.escaped($0.origin))</td></tr>"
        }
        return "<h2>Questions and answers</h2>\n<table>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    /// What bears on the figures, and how it stood.
    private var settings: [String] {
        plan.settings.sorted { $0.key < $1.key }.map { key, value in
            let before = earlier.map { " (before: \($0.plan.settings[key] ?? "not recorded"))" } ?? ""
            return "\(key): \(value)\(before)"
        }
    }

    // MARK: Markdown

    /// The same as tables of text; diagrams are the HTML page's.
    package var markdown: String {
        let tables = sections.map { section in
            let head =
                earlier.map { "| | \(Self.cell($0.plan.name)) | \(Self.cell(plan.name)) |\n|---|---|---|" }
                ?? "| | |\n|---|---|"
            let rows = section.rows.map { row in
                let before = earlier == nil ? "" : " \(Self.cell(row.before ?? Self.absent)) |"
                return "| \(Self.cell(row.name)) |\(before) \(Self.cell(row.value)) |"
            }
            return "## \(section.title)\n\n\(head)\n\(rows.joined(separator: "\n"))"
        }
        var parts = ["# \(title)", period] + tables
        parts.append("## Settings\n\n" + settings.map { "- \(Self.cell($0))" }.joined(separator: "\n"))
        parts.append("## Not measured\n\n" + figures.notMeasured.map { "- \($0)" }.joined(separator: "\n"))
        if !texts.isEmpty {
            let rows = texts.map { "| \(Self.cell($0.prompt)) | \(Self.cell($0.answer)) | \(Self.cell($0.origin)) |" }
            parts.append(
                "## Questions and answers\n\n| question | answer | from |\n|---|---|---|\n"
                    + rows.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// Text that cannot end its cell, nor be read as HTML.
    private static func cell(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("|", with: "\\|")
            .split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
