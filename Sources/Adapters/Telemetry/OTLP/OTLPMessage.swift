internal import Foundation
internal import SwiftProtobuf
internal import Tracing

/// Metrics and spans as bytes of the OpenTelemetry protocol.
struct OTLPMessage {
    private let resource: OTLPResource
    private let scope: OTLPInstrumentationScope

    init(resource labels: [MetricLabel], version: String) {
        resource = .with { $0.attributes = labels.map(Self.attribute) }
        scope = .with {
            $0.name = "brim"
            $0.version = version
        }
    }

    /// - Parameters:
    ///   - start: nanoseconds since 1970 from which on counters count.
    ///   - now: nanoseconds since 1970.
    func metrics(_ registry: MetricRegistry, since start: UInt64, at now: UInt64) throws -> Data {
        var metrics: [OTLPMetric] = []
        for series in registry.series {
            if metrics.last?.name != series.definition.name {
                metrics.append(
                    .with {
                        $0.name = series.definition.name
                        $0.description_p = series.definition.meaning
                        $0.unit = series.definition.unit
                    })
            }
            Self.add(series, to: &metrics[metrics.count - 1], start, now)
        }
        return try OTLPExportMetricsServiceRequest.with { request in
            request.resourceMetrics = [
                .with {
                    $0.resource = resource
                    $0.scopeMetrics = [
                        .with {
                            $0.scope = scope
                            $0.metrics = metrics
                        }
                    ]
                }
            ]
        }.serializedData()
    }

    private static func add(_ series: MetricSeries, to metric: inout OTLPMetric, _ start: UInt64, _ now: UInt64) {
        let value = series.value
        let attributes = series.labels.map(attribute)
        let number = OTLPNumberDataPoint.with {
            $0.startTimeUnixNano = series.definition.kind == .gauge ? 0 : start
            $0.timeUnixNano = now
            $0.asDouble = value.number
            $0.attributes = attributes
        }
        switch series.definition.kind {
        case .gauge: metric.gauge.dataPoints.append(number)
        case .counter:
            metric.sum.aggregationTemporality = .cumulative
            metric.sum.isMonotonic = true
            metric.sum.dataPoints.append(number)
        case .histogram(let bounds):
            metric.histogram.aggregationTemporality = .cumulative
            metric.histogram.dataPoints.append(
                .with {
                    $0.startTimeUnixNano = start
                    $0.timeUnixNano = now
                    $0.count = value.count
                    $0.sum = value.number
                    $0.bucketCounts = value.buckets
                    $0.explicitBounds = bounds
                    $0.attributes = attributes
                })
        }
    }

    func spans(_ records: [RecordedSpan.Record]) throws -> Data {
        try OTLPExportTraceServiceRequest.with { request in
            request.resourceSpans = [
                .with {
                    $0.resource = resource
                    $0.scopeSpans = [
                        .with {
                            $0.scope = scope
                            $0.spans = records.map(Self.span)
                        }
                    ]
                }
            ]
        }.serializedData()
    }

    private static func span(_ record: RecordedSpan.Record) -> OTLPSpan {
        .with { span in
            span.traceID = Data(record.trace)
            span.spanID = Data(record.span)
            span.parentSpanID = Data(record.parent)
            span.name = record.name
            span.kind = record.kind == .client ? .client : .internal
            span.startTimeUnixNano = record.start
            span.endTimeUnixNano = record.end
            record.attributes.forEach { name, value in
                guard let value = Self.value(value) else { return }
                span.attributes.append(
                    .with {
                        $0.key = name
                        $0.value = value
                    })
            }
            span.attributes.sort { $0.key < $1.key }
            if record.isError == true { span.status.code = .error }
        }
    }

    private static func value(_ attribute: SpanAttribute) -> OTLPAnyValue? {
        switch attribute {
        case .string(let text): .with { $0.stringValue = text }
        case .bool(let bool): .with { $0.boolValue = bool }
        case .int64(let number): .with { $0.intValue = number }
        case .int32(let number): .with { $0.intValue = Int64(number) }
        case .double(let number): .with { $0.doubleValue = number }
        case .stringArray(let texts):
            .with { value in
                value.arrayValue.values = texts.map { text in .with { $0.stringValue = text } }
            }
        default: nil
        }
    }

    private static func attribute(_ label: MetricLabel) -> OTLPKeyValue {
        .with {
            $0.key = label.name
            $0.value.stringValue = label.value
        }
    }
}
