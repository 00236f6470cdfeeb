import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

@Suite("A model that comes while another answers, and one that is chosen")
struct ModelArrivalTests {
    @Test("what is known of a download is said: how far, how fast, how long")
    func words() {
        var arrival = ModelArrival(name: "large")
        #expect(arrival.words == "large is coming")
        arrival.total = 1_000_000_000
        arrival.bytes = 430_000_000
        #expect(arrival.words == "large 43 %")
        arrival.bytesPerSecond = 5_200_000
        #expect(arrival.words == "large 43 % 5.2 MB/s 2 min")
        arrival.bytes = 900_000_000
        #expect(arrival.words == "large 90 % 5.2 MB/s 20 s")
        arrival.isReadied = true
        #expect(arrival.words == "large is made ready")
    }

    @Test("no number from outside makes it trap", arguments: [Int64.min, -1, 0, 1, Int64.max])
    func hostile(bytes: Int64) {
        for total in [Int64.min, -1, 0, 1, Int64.max / 200, Int64.max] {
            for rate in [-1, 0, 1, .infinity, .nan, 1e300] as [Double] {
                #expect(
                    !ModelArrival(name: "\u{1B}[2Jm", bytes: bytes, total: total, bytesPerSecond: rate).words
                        .contains("\u{1B}"))
            }
        }
    }

    @Test("the header shows it until it is there")
    func header() {
        var stage = Stage(Size(columns: 120, rows: 24))
        stage.ready()
        stage.act(.arrival(ModelArrival(name: "large", bytes: 1, total: 2)))
        #expect(stage.screen.contains("large 50 %"))
        stage.act(.arrival(nil))
        #expect(!stage.screen.contains("large"))
    }

    @Test("/model shows the models, and with a name asks for that one; a kiosk does neither")
    func command() {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        stage.type("/model")
        #expect(stage.press(.enter) == [.report(.model)])
        stage.type("/model large")
        #expect(stage.press(.enter) == [.useModel("large")])
        var kiosk = Stage(kiosk: KioskRules())
        kiosk.ready()
        kiosk.type("x")
        kiosk.type("/model large")
        #expect(!kiosk.press(.enter).contains(.useModel("large")))
    }
}
