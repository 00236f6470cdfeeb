import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

@Suite("Meters of tokens, money and the board")
struct MeterTests {
    private static func record(_ count: Int) -> TokenRecord {
        var record = TokenRecord()
        for number in 0..<count {
            record.add(
                GeneratedToken(
                    id: 1, text: "w", logProbability: -0.01 * Float(number % 7), entropy: 0, margin: 0))
        }
        return record
    }

    @Test(
        "a token changes one cell of the strip, but where it is full: then its older half goes", arguments: [8, 13, 35])
    func strip(width: Int) {
        var moves = 0
        for count in 1..<600 {
            let before = TokenStrip(Self.record(count - 1), width: width).spans(.rich).map(\.text).joined()
            let after = TokenStrip(Self.record(count), width: width).spans(.rich).map(\.text).joined()
            #expect(CellWidth.of(after) == width)
            if zip(before, after).filter({ $0 != $1 }).count > 1 { moves += 1 }
        }
        #expect(moves <= 600 / (width / 2) + 1)
    }

    @Test("guesses are counted, and the least sure words are named, worst first")
    func doubtful() {
        var record = TokenRecord()
        for (text, logarithm) in [(" a", -0.9), (" b", -0.1), (" c", -2.3), (" ,", -4.6), (" d", -1.2), (" e", -1.6)] {
            record.add(GeneratedToken(id: 1, text: text, logProbability: Float(logarithm), entropy: 0, margin: 0))
        }
        #expect(record.count == 6 && record.guesses == 5)
        #expect(record.doubtful.map(\.text) == ["c", "e", "d"])
    }

    @Test("money stands on a scale that ends at the budget, with a tick where the warning begins")
    func money() {
        var stage = Stage(Size(columns: 120, rows: 36))
        stage.ready()
        #expect(stage.screen.contains("$0 today, no budget"))
        let money = SpendingState(
            spent: Money(microUSD: 210_000), limit: Money(microUSD: 500_000), warning: Money(microUSD: 400_000),
            period: "per 7d")
        stage.act(.cloud(CloudStatus(.open(), threshold: 0.8, money: money)))
        #expect(stage.screen.contains("$0.21 of $0.50 per 7d"))
        #expect(money.share == 0.42 && money.warningShare == 0.8 && money.color == .brand)
        stage.act(.cloud(CloudStatus(.open(), threshold: 0.8)))
        #expect(stage.screen.contains(/MONEY +n\/a/))
    }

    @Test("sensors that tremble move nothing; what changes is shown")
    func steady() {
        var health = Stage.health
        let before = DeviceSummary(health, processorShare: 0.04)
        health.celsius = 52.6
        health.watts = 4.2
        health.availableMemoryBytes? += 40_000_000
        #expect(DeviceSummary(health, processorShare: 0.07, after: before) == before)
        #expect(DeviceSummary(health, processorShare: 0.6, after: before).processorPercent == 60)
        health.celsius = 60
        #expect(DeviceSummary(health, processorShare: 0.07, after: before).celsius == 60)
    }

    @Test("of tokens that arrive together no speed is told before there are enough of them")
    func speedOfFew() {
        var meters = Meters()
        let token = GeneratedToken(id: 1, text: "w", logProbability: -0.1, entropy: 0, margin: 0)
        for number in 0..<7 { meters.token(token, sentAt: .zero, now: .milliseconds(20) + .microseconds(number)) }
        #expect(meters.tokensPerSecond == nil && meters.rateHistory.isEmpty)
        meters.token(token, sentAt: .zero, now: .milliseconds(90))
        #expect(meters.tokensPerSecond.map { (99...101).contains($0) } == true)
    }

    @Test("no speed is told of an answer of fewer than eight tokens, wherever it was measured")
    func speedOfShortAnswers() {
        for (tokens, isTold) in [(5, false), (8, true)] {
            var meters = Meters()
            let summary = GenerationSummary(
                stop: .eos, generatedTokens: tokens, timeToFirstToken: nil, decodeDuration: .milliseconds(30),
                contextTokens: 9)
            meters.finished(summary)
            #expect((meters.tokensPerSecond != nil) == isTold)
            meters = Meters()
            let figures = AnswerFigures(generatedTokens: tokens, tokensPerSecond: 266)
            meters.recall(figures)
            #expect((meters.tokensPerSecond != nil) == isTold)
            var answer = Answer()
            answer.figures = figures
            #expect(answer.words.contains("266 tok/s") == isTold)
            let details = AnswerDetail.all(of: answer).map(\.value)
            #expect(details.contains(.words("\(isTold ? "266 tok/s, " : "")\(tokens) tokens")))
        }
    }

    @Test(
        "a number touches no word, however large it is", arguments: [9.0, 99, 2_548, 22_548, 1_234_567, 9e8, 1e300])
    func largeNumbers(value: Double) {
        var stage = Stage(Size(columns: 120, rows: 40))
        stage.ready()
        for _ in 0..<2 { stage.exchange("why", "because it is so and not otherwise") }
        let first = Duration.seconds(min(value, 1e9))
        // No clock tells a speed above this apart from an endless one.
        let decoding = Duration.seconds(98 / min(value, 1e15))
        stage.ask("again")
        stage.act(.turn(.text("yes")))
        stage.act(
            .turn(.replied(sentTokens: 9, tokens: 99, timeToFirstToken: first, duration: first + decoding)))
        let money = SpendingState(spent: Money(microUSD: Int64(min(value, 9e8)) * 1_000_000))
        stage.act(.cloud(CloudStatus(.notAllowed, threshold: 0.8, money: money)))
        let lines = stage.screen.split(separator: "\n")
        let labels = ["SPEED", "CONTEXT", "MONEY", "first", "whole", "local", "cache", "refused", "MEMORY", "BOARD"]
        for label in labels {
            for line in lines.map({ $0.suffix(36) }) {
                guard let word = line.firstRange(of: label), word.upperBound < line.endIndex else { continue }
                #expect(line[word.upperBound] == " ", "\(line)")
            }
        }
    }

    @Test("a speed that fell is said, with its cause where that is known")
    func slower() {
        let screen = Scene.throttled.stage(Size(columns: 120, rows: 36)).screen
        #expect(screen.contains(/7\d% slower: low voltage, throttled/))
        #expect(screen.contains("84 \u{B0}C") && screen.contains("CPU 97%"))
        let well = Scene.streaming.stage(Size(columns: 120, rows: 36)).screen
        #expect(!well.contains("slower"))
    }

    @Test("a kiosk says in a large word what it is at, and in a plain sentence how sure, how fast and for how much")
    func kiosk() {
        let size = Size(columns: 120, rows: 33)
        var answering = Scene.kioskAnswering.stage(size)
        // The plain probability of the words is no promise: no word for it.
        #expect(answering.screen.contains("on this device") && !answering.screen.contains("how sure"))
        answering.act(.turn(.confidence(0.31)))
        #expect(answering.screen.contains("on this device, how sure: LOW"))
        #expect(Scene.kioskListening.stage(size).screen.contains("REC 0:02"))
        let after = Scene.kiosk.stage(size).screen
        #expect(after.contains(/answered on this device in 1\.\d+ s, cost nothing/))
        #expect(Scene.kioskListening.stage(Size(columns: 80, rows: 22)).screen.contains("\u{25CF} LISTENING"))
    }

    @Test("a message shows its time of day, one of another day its date")
    func time() {
        let clock = WallClock(millisecondsSince1970: 1_795_874_820_000, at: .seconds(5), secondsFromGMT: 3_600)
        #expect(clock.today(at: .seconds(5)).words(clock.time(at: .seconds(5))) == "15:07")
        #expect(clock.today(at: .seconds(86_400)).words(clock.time(at: .seconds(5))) == "2026-11-28")
        #expect(clock.today(at: .zero).fullWords(clock.time(at: .seconds(36))) == "2026-11-28 15:07:31")
    }
}
