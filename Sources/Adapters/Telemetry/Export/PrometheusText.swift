/// Metrics in Prometheus' text format, as node_exporter's textfile collector reads them.
package struct PrometheusText: Sendable {
    /// On each series, such as the device's name.
    private let labels: [MetricLabel]

    /// - Parameter resource: what is so of everything that this device reports.
    package init(resource: [MetricLabel]) { labels = resource }

    package func text(of registry: MetricRegistry) -> String {
        var lines: [String] = []
        var name = ""
        for series in registry.series {
            let definition = series.definition
            let metric = Self.name(of: definition)
            if metric != name {
                name = metric
                lines.append("# HELP \(metric) \(definition.meaning)")
                lines.append("# TYPE \(metric) \(Self.type(of: definition))")
            }
            let labels = (labels + series.labels).map { (Self.escapedName($0.name), $0.value) }
            let value = series.value
            guard case .histogram(let bounds) = definition.kind else {
                lines.append("\(metric)\(Self.set(labels)) \(value.number)")
                continue
            }
            var count: UInt64 = 0
            for (bound, inBucket) in zip(bounds.map { "\($0)" } + ["+Inf"], value.buckets) {
                count &+= inBucket
                lines.append("\(metric)_bucket\(Self.set(labels + [("le", bound)])) \(count)")
            }
            lines.append("\(metric)_sum\(Self.set(labels)) \(value.number)")
            lines.append("\(metric)_count\(Self.set(labels)) \(count)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func type(of definition: MetricDefinition) -> String {
        switch definition.kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    /// Dots become underscores, and the unit and the kind stand at the end.
    private static func name(of definition: MetricDefinition) -> String {
        var name = escapedName(definition.name)
        let unit = ["s": "seconds", "By": "bytes", "Cel": "celsius", "W": "watts"][definition.unit]
        if let unit { name += "_" + unit }
        if definition.unit == "1", definition.kind == .gauge { name += "_ratio" }
        return definition.kind == .counter ? name + "_total" : name
    }

    private static func escapedName(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func set(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
