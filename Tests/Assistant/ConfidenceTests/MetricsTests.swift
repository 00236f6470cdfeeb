import Foundation
import Testing

@testable import Confidence

@Suite struct MetricsTests {
    private func judged(_ pairs: [(Double, Bool)]) -> ConfidenceMetrics {
        ConfidenceMetrics(pairs.map { ConfidenceOutcome($0.0, isRight: $0.1) })
    }

    @Test("AUROC is 1 for perfect order, 0 for its reverse, one half for ties, and nothing for one class")
    func auroc() {
        #expect(judged([(0.1, false), (0.2, false), (0.8, true)]).auroc == 1)
        #expect(judged([(0.9, false), (0.2, true), (0.3, true)]).auroc == 0)
        #expect(judged([(0.5, false), (0.5, true), (0.5, true), (0.5, false)]).auroc == 0.5)
        #expect(judged([(0.5, true)]).auroc == nil && judged([]).auroc == nil)
    }

    @Test("The calibration error is the mean gap between promise and outcome")
    func calibrationError() {
        let honest = judged((0..<100).map { (0.7, $0 < 70) })
        #expect(abs(honest.calibrationError(bins: 1)) < 1e-9)
        let vain = judged((0..<100).map { (0.9, $0 < 40) })
        #expect(abs(vain.calibrationError(bins: 1) - 0.5) < 1e-9)
        #expect(judged([]).calibrationError() == 0)
    }

    @Test("What is kept is what reaches the threshold, and the cost curve ends at everything right")
    func kept() throws {
        let metrics = judged([(0.9, true), (0.85, true), (0.8, false), (0.3, false)])
        let kept = metrics.kept(from: 0.8)
        #expect(kept.share == 0.75 && abs((kept.accuracy ?? 0) - 2.0 / 3) < 1e-9)
        #expect(metrics.kept(from: 0.95).accuracy == nil)
        let curve = metrics.costCurve
        #expect(curve.first?.accuracy == 0.5 && curve.last?.accuracy == 1 && curve.count == 5)
        #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.accuracy <= $1.accuracy })
    }

    @Test("An answer is right when an accepted one stands in it as whole words, and no rival does")
    func judging() {
        let continent = EvaluationQuestion(
            id: QuestionID(1), category: "c", prompt: "p", answers: ["Africa"], rivals: ["Asia"])
        #expect(
            continent.isRight("It is in AFRICA.") && !continent.isRight("African")
                && !continent.isRight("Africa or Asia"))
        let symbol = EvaluationQuestion(id: QuestionID(1), category: "c", prompt: "p", answers: ["=At"])
        #expect(symbol.isRight("The symbol is At.") && !symbol.isRight("It is at home.") && !symbol.isRight("Atom"))
        let city = EvaluationQuestion(id: QuestionID(1), category: "c", prompt: "p", answers: ["São Tomé", "21 €"])
        #expect(
            city.isRight("sao tome") && city.isRight("SÃO  TOMÉ!") && city.isRight("It is 21 €.") && !city.isRight(""))
    }

    @Test("The picture is well-formed for any run, and escapes its title")
    func chart() {
        for metrics in [
            judged([]), judged([(0.5, true)]), judged((0..<200).map { (Double($0) / 200, $0.isMultiple(of: 3)) }),
        ] {
            let chart = ConfidenceChart(metrics, title: "<a & b>")
            #expect(
                chart.svg.hasPrefix("<svg") && chart.svg.contains("&lt;a &amp; b&gt;") && !chart.svg.contains("nan"))
            #expect(chart.svg.components(separatedBy: "<g ").count == chart.svg.components(separatedBy: "</g>").count)
            #expect(chart.rows().allSatisfy { $0.count < 120 })
        }
    }
}
