import AssistantCore
import Foundation
import Testing

@testable import Confidence

@Suite("The confidence in programs")
struct CodeCalibrationTests {
    /// Programs of which the surer ones are right the more often; what is said around the code is as sure in all.
    private static func programs(_ count: Int, isTelling: Bool = true) -> [CodeCalibration.Judged] {
        var generator = SeededGenerator(3)
        return (0..<count).map { _ in
            let certainty = Float(generator.index(below: 1_000)) / 1_000
            let chance = isTelling ? certainty : 0.5
            let isRight = Float(generator.index(below: 1_000)) / 1_000 < chance
            return CodeCalibration.Judged(tokens: answer(certainty), isRight: isRight)
        }
    }

    private static func answer(_ certainty: Float) -> [GeneratedToken] {
        let code = (0..<20).map { _ in Synthetic.token(" x", 0.8 + 0.19 * certainty) }
        return [Synthetic.token("Here it is:\n", 0.3), Synthetic.token("```python\n", 0.9)] + code
            + [Synthetic.token("\n``", 0.9), Synthetic.token("`", 0.9), Synthetic.token("\nGood luck!", 0.2)]
    }

    private func reading(_ calibration: CodeCalibration, _ answer: [GeneratedToken]) -> Double? {
        var estimator = CodeConfidence(calibration, model: "m")
        for token in answer { estimator.observe(token) }
        #expect(estimator.confidence == nil, "nothing is said of a program that is not finished")
        estimator.finish()
        #expect(estimator.source == .calibration(model: "m", task: "code"))
        return estimator.confidence
    }

    @Test("Surer programs have the higher confidence, which is what was kept")
    func telling() throws {
        let calibration = try CodeCalibration(fitting: Self.programs(400))
        #expect(calibration.figures.auroc > 0.75)
        #expect(calibration.figures.calibrationError < 0.1)
        let low = try #require(reading(calibration, Self.answer(0.1)))
        let high = try #require(reading(calibration, Self.answer(0.9)))
        #expect(low < 0.35 && high > 0.65)
    }

    @Test("What stands around the code says nothing of it")
    func around() throws {
        let calibration = try CodeCalibration(fitting: Self.programs(400))
        let surrounded = Self.answer(0.6) + [Synthetic.token(" That is all, I am afraid.", 0.0001)]
        #expect(reading(calibration, surrounded) == reading(calibration, Self.answer(0.6)))
    }

    @Test("An answer without fences counts as a whole, and one without tokens has no confidence")
    func bare() throws {
        let calibration = try CodeCalibration(fitting: Self.programs(400))
        let code = [Synthetic.token("print(1)", 0.9)]
        #expect(reading(calibration, code) != nil)
        #expect(reading(calibration, []) == nil)
        let broken = GeneratedToken(id: 1, text: "x", logProbability: .nan, entropy: 0, margin: 0)
        #expect(reading(calibration, code + [broken]) == nil)
    }

    @Test("Where the probabilities tell nothing, or too few programs are there, there is no calibration")
    func unsuitable() {
        for programs in [Self.programs(400, isTelling: false), Self.programs(99), []] {
            #expect(throws: CalibrationError.self) { try CodeCalibration(fitting: programs) }
        }
    }

    @Test("It is part of the calibration's file, and impossible numbers in it are refused")
    func file() throws {
        var calibration = try CalibrationFit(Synthetic.records(120), binding: Synthetic.binding).calibration
        calibration.code = try CodeCalibration(fitting: Self.programs(200))
        let bytes = try calibration.encoded()
        #expect(try Calibration(decoding: bytes).code == calibration.code)
        let text = String(decoding: bytes, as: UTF8.self)
        let place = try #require(text.range(of: #""code" : {"#)).upperBound
        let model = try #require(text[place...].range(of: #""scale" : ["#)).upperBound
        let zero = try #require(text[model...].firstIndex { $0.isNumber })
        let end = try #require(text[zero...].firstIndex(of: ","))
        let damaged = text[..<zero] + "0" + text[end...]
        #expect(throws: CalibrationError.self) { try Calibration(decoding: Array(damaged.utf8)) }
    }
}
