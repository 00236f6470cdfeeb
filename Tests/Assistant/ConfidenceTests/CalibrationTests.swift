import AssistantCore
import Foundation
import Routing
import Testing

@testable import Confidence

@Suite struct CalibrationTests {
    private static let fit = try? CalibrationFit(Synthetic.records(500), binding: Synthetic.binding)

    @Test("A fit finds the rule, keeps its promise on kinds it has not seen, and is the same each time")
    func fit() throws {
        let fit = try #require(Self.fit)
        let figures = fit.calibration.figures
        #expect(figures.auroc > 0.75 && figures.aurocLow <= figures.auroc && figures.auroc <= figures.aurocHigh)
        #expect(figures.calibrationError < 0.08)
        let small = Synthetic.records(60)
        #expect(
            try CalibrationFit(small, binding: Synthetic.binding).calibration
                == CalibrationFit(small, binding: Synthetic.binding).calibration)
    }

    @Test("The meter is empty while the answer repeats the question, and means what it says at the content")
    func estimator() throws {
        let calibration = try #require(Self.fit).calibration
        for certainty in [0.05, 0.5, 0.95] {
            // A form that the fit has not seen, so that only the answer speaks.
            var estimator = CalibratedConfidence(calibration, model: "any", prompt: "Nowhere capital, of which?")
            var readings: [Double?] = []
            for token in Synthetic.answer(certainty) {
                estimator.observe(token)
                readings.append(estimator.confidence)
            }
            estimator.finish()
            #expect(readings.prefix(5).allSatisfy { $0 == nil })
            let value = try #require(estimator.confidence)
            #expect(abs(value - certainty) < 0.15, "\(certainty) reads \(value)")
            #expect(estimator.isCalibrated)
        }
    }

    @Test("Of the answers given up early, at most one in twenty would have ended well, of new kinds too")
    func handover() throws {
        let fit = try #require(Self.fit)
        let end = try #require(fit.heldOut.last)
        for (view, floor) in [
            (\CalibrationFit.HeldOut.knownKinds, \Calibration.Floors.known), (\.newKinds, \.new),
        ] {
            var stopped: Set<Int> = []
            for checkpoint in fit.heldOut.dropLast() where checkpoint.contentTokens != 0 || view == \.knownKinds {
                guard let below = checkpoint.floors[keyPath: floor] else { continue }
                stopped.formUnion(end.newKinds.indices.filter { checkpoint[keyPath: view][$0].confidence < below })
            }
            let well = stopped.count { end[keyPath: view][$0].confidence >= 0.8 }
            #expect(!stopped.isEmpty && Double(well) <= CalibrationFit.tolerance * Double(stopped.count))
        }
        // The content word is the sixth token; a hopeless answer need not go on after it.
        #expect(fit.handoverTrial.medianTokenOfNewKinds.map { $0 <= 7 } == true)
        #expect(fit.handoverTrial.lostOfNewKinds < 0.1)
    }

    @Test("Floors leave room for chance: of a hundred stopped, three good ones are borne, four are not")
    func roomForChance() {
        for (well, floor) in [(0, 0.8), (3, 0.8), (4, nil), (5, nil)] as [(Int, Double?)] {
            let early = (0..<100).map { _ in ConfidenceOutcome(0.2, isRight: false) }
            let end = (0..<100).map { ConfidenceOutcome($0 < well ? 0.9 : 0.1, isRight: false) }
            let floors = HandoverFloors(
                heldOut: [
                    CalibrationFit.HeldOut(contentTokens: 1, newKinds: early, knownKinds: early),
                    CalibrationFit.HeldOut(newKinds: end, knownKinds: end),
                ], reached: [[Bool](repeating: true, count: 100)], threshold: 0.8)
            #expect(floors.floors() == [Calibration.Floors(known: floor, new: floor)], "\(well)")
        }
    }

    @Test("Where the form is known and where it is not, the same signals are worth what they are there")
    func corrections() {
        // Of the known form nine of ten answers are right whatever the signals say; of others the signals say all.
        let known = QuestionForms.Evidence(logOdds: 2, familiarity: 0.95)
        let points = (0..<200).map { ($0 % 20 < 10 ? 1.0 : -1, $0 < 100 ? known : .none) }
        let labels = (0..<200).map { $0 < 100 ? $0 % 10 != 0 : $0 % 20 < 10 }
        let corrections = Corrections(points, labels)
        #expect(corrections.confidence(-1, known) > 0.7)
        #expect(corrections.confidence(-1, .none) < corrections.confidence(1, .none) - 0.4)
    }

    @Test("Log-odds of balanced fits do not hold how often the answers were right")
    func balance() {
        let rows = (0..<400).map { [Double($0 % 20) / 10 - 1] }
        let labels = rows.enumerated().map { $1[0] > 0.3 ? $0 % 5 != 0 : $0 % 5 == 0 }
        let few = labels.indices.filter { labels[$0] ? $0 % 3 == 0 : true }
        let all = LogisticModel.fit(rows, labels, ridge: 1, isBalanced: true)
        let part = LogisticModel.fit(few.map { rows[$0] }, few.map { labels[$0] }, ridge: 1, isBalanced: true)
        #expect(abs(all.logit([0.3]) - part.logit([0.3])) < 0.3)
        let unbalanced = LogisticModel.fit(few.map { rows[$0] }, few.map { labels[$0] }, ridge: 1)
        #expect(unbalanced.logit([0.3]) < part.logit([0.3]) - 0.5)
    }

    @Test("The form of a question speaks before the answer does, for its own kind and for no other")
    func forms() {
        let good = QuestionForms.words(of: "What is the colour of the sky?")
        let bad = QuestionForms.words(of: "How many people live in Paris?")
        let questions = Array(repeating: good, count: 40) + Array(repeating: bad, count: 40)
        let forms = QuestionForms(questions, (0..<80).map { $0 < 36 || $0 == 79 })
        #expect(forms.evidence(for: QuestionForms.words(of: "What is the colour of the grass?")).logOdds > 0.2)
        #expect(forms.evidence(for: QuestionForms.words(of: "How many people live in Rome?")).logOdds < -0.2)
        #expect(forms.evidence(for: QuestionForms.words(of: "Who wrote Hamlet?")) == .none)
        #expect(forms.evidence(for: good).familiarity > 0.8)
        #expect(forms.evidence(for: []) == .none && QuestionForms([], []).evidence(for: good) == .none)
    }

    @Test("A number that is none makes the confidence unknown, and stays so")
    func brokenToken() throws {
        let calibration = try #require(Self.fit).calibration
        for bad in [Float.nan, -.infinity] {
            var estimator = CalibratedConfidence(calibration, model: "any", prompt: "What?")
            estimator.observe(Synthetic.token(" Paris", 0.9))
            estimator.observe(GeneratedToken(id: 1, text: " is", logProbability: bad, entropy: 1, margin: 1))
            estimator.observe(Synthetic.token(" fine", 0.9))
            estimator.finish()
            #expect(estimator.confidence == nil)
        }
    }

    @Test("A file holds all of a calibration, and is the same for the same one")
    func roundTrip() throws {
        let calibration = try #require(Self.fit).calibration
        let bytes = try calibration.encoded()
        #expect(try Calibration(decoding: bytes) == calibration)
        #expect(try calibration.encoded() == bytes)
        #expect(bytes.count < 65_536)
    }

    @Test("Another model, quantisation or set of prompts is refused with the next step")
    func binding() throws {
        let calibration = try #require(Self.fit).calibration
        try calibration.check(against: Synthetic.binding)
        for other in [
            Calibration.Binding(model: "beef", quantisation: "Q4_1", prompts: "abcd"),
            Calibration.Binding(model: "f00d", quantisation: "Q8_0", prompts: "abcd"),
            Calibration.Binding(model: "f00d", quantisation: "Q4_1", prompts: "0"),
        ] {
            let error = #expect(throws: CalibrationError.self) { try calibration.check(against: other) }
            #expect(error?.code == .foreign && error?.description.contains("brim calibrate") == true)
        }
    }

    @Test("Truncated, bit-flipped and impossible files are an error, never a confidence")
    func hostileFiles() throws {
        let bytes = try #require(Self.fit).calibration.encoded()
        for length in stride(from: 0, to: bytes.count - 2, by: 97) {
            #expect(throws: CalibrationError.self) { try Calibration(decoding: Array(bytes.prefix(length))) }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        for (pattern, replacement) in [
            ("\"rate\" : ", "\"rate\" : -"), ("\"threshold\" : 0.8", "\"threshold\" : 1e300"),
            ("\"bias\" : ", "\"bias\" : 1e999, \"old\" : "), ("\"bias\" : ", "\"bias\" : \"NaN\", \"old\" : "),
            ("\"format\" : 2", "\"format\" : 1"), ("\"mean\" : [", "\"mean\" : [0,"),
            ("two_lowest", "two_highest"), ("\"slope\" : ", "\"slope\" : -"),
            ("\"contentTokens\" : 4", "\"contentTokens\" : 3"), ("\"scale\" : [", "\"scale\" : [0.0], \"old\" : ["),
        ] {
            let damaged = text.replacing(pattern, with: replacement, maxReplacements: 1)
            #expect(damaged != text, "\(pattern) is in the file")
            #expect(throws: CalibrationError.self, "\(pattern)") { try Calibration(decoding: Array(damaged.utf8)) }
        }
        var generator = SeededGenerator(3)
        for _ in 0..<300 {
            var flipped = bytes
            flipped[generator.index(below: bytes.count)] ^= UInt8(1 << generator.index(below: 8))
            guard let calibration = try? Calibration(decoding: flipped) else { continue }
            var estimator = CalibratedConfidence(calibration, model: "any", prompt: "What is the capital of Nowhere?")
            for token in Synthetic.answer(0.5) { estimator.observe(token) }
            estimator.finish()
            #expect(estimator.confidence.map { (0...1).contains($0) } ?? false)
        }
        #expect(throws: CalibrationError.self) {
            try Calibration(decoding: [UInt8](repeating: 32, count: Calibration.largestFile + 1))
        }
    }

    @Test("Questions that nothing can be learnt from are refused with the reason")
    func unsuitable() {
        let good = Synthetic.records(100)
        var broken = good
        broken[3].tokens[2].logprob = .nan
        let cases: [([AnswerRecord], String)] = [
            ([], "too few"), (Array(good.prefix(20)), "too few"),
            (good.filter(\.right) + good.filter(\.right), "All answers are right"),
            (good.filter { !$0.right } + good.filter { !$0.right }, "All answers are wrong"),
            (Synthetic.records(100, kinds: ["one"]), "one category"), (broken, "holds a number that is none"),
        ]
        for (records, reason) in cases {
            let error = #expect(throws: CalibrationError.self) {
                try CalibrationFit(records, binding: Synthetic.binding)
            }
            #expect(error?.description.contains(reason) == true, "\(reason)")
        }
    }

    @Test(
        "A calibration that ships is sound, and is bound to the prompts that ship",
        arguments: [
            ("smollm2-135m-instruct-q4_1", 0.06, 0.75), ("qwen2-5-coder-0-5b-instruct-q4_k_m", 0.08, 0.8),
            ("qwen2-5-coder-1-5b-instruct-q4_k_m", 0.12, 0.8),
        ])
    func shipped(_ model: String, mostError: Double, leastRight: Double) throws {
        let file = ShippedFiles.assets.appending(path: "calibration/\(model).json")
        let calibration = try Calibration(decoding: Array(try Data(contentsOf: file)))
        let profile = try ShippedFiles.profile(model)
        #expect(calibration.binding.prompts == profile.fingerprint, "prompts have changed: run brim calibrate anew")
        // More than half of its questions are of a public set whose key leaves right answers out.
        #expect(calibration.figures.aurocLow > 0.8 && calibration.figures.calibrationError < mostError)
        #expect(calibration.figures.keptShare > 0.05 && (calibration.figures.keptAccuracy ?? 0) > leastRight)
    }
}
