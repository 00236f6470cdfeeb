import Foundation
import Testing

@Suite struct CostCommandTests {
    @Test("brim cost --article reproduces the published example, and each assumption is a flag")
    func article() throws {
        let picture = NSTemporaryDirectory() + "brim-cost-\(UUID().uuidString).svg"
        defer { try? FileManager.default.removeItem(atPath: picture) }
        let page = try Brim.run("cost", "--article", "--svg", picture)
        #expect(page.status == 0, "\(page.error)")
        for text in ["$8.93", "$8.94", "$60.00", "57,200 answers a month", "14,900 if", "26 % kept"] {
            #expect(page.output.contains(text), "\(text) in\n\(page.output)")
        }
        #expect(!page.output.contains("\u{1B}"), "no colour in a pipe")
        #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("<polyline"))

        let object = try #require(
            Brim.objects(Brim.run("cost", "--article", "--json", "--kept", "1", "--watts", "10").output).first)
        let device = try #require(object["device"] as? [String: Any])
        #expect(abs((device["monthly_usd"] as? Double ?? 0) - 9.4689) < 0.001)
        #expect(abs((object["all_in_cloud_usd"] as? Double ?? 0) - 60) < 1e-9)
        #expect(object["break_even"] as? Double == object["break_even_if_all_kept"] as? Double)
        #expect((device["watts"] as? [String: Any])?["source"] as? String == "given: --watts")
    }

    @Test("On a device that has measured nothing, nothing is made up: every figure says what gives it")
    func nothingMeasured() throws {
        let result = try Brim.run("cost", "--json")
        #expect(result.status == 0, "\(result.error)")
        let object = try #require(Brim.objects(result.output).first)
        for key in ["all_in_cloud_usd", "all_on_device_usd", "together_usd", "break_even"] {
            #expect(object[key] == nil)
        }
        let device = try #require(object["device"] as? [String: Any])
        for key in ["hardware_usd", "watts", "power_price_usd", "upkeep_usd"] {
            let figure = try #require(device[key] as? [String: Any])
            #expect(figure["value"] is NSNull)
            #expect((figure["source"] as? String)?.hasPrefix("not measured; --") == true)
        }
        let page = try Brim.run("cost")
        #expect(page.status == 0 && page.output.contains("not measured; --watts or cost.watts gives it"))
        for arguments in [["--month", "2026-13"], ["--kept", "2"], ["--price", "1"], ["--article", "--online"]] {
            let wrong = try Shell.run(Brim.executable, ["cost"] + arguments, environment: Brim.environment())
            #expect(wrong.status == 2 && !wrong.error.isEmpty, "\(arguments)")
        }
    }

    @Test("cost.… of the configuration is used, and named")
    func configured() throws {
        let file = NSTemporaryDirectory() + "brim-cost-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try """
        cost: {hardware: "285", lifetime_months: 36, watts: 4, power_price: "0.30", upkeep: "2"}
        cloud: {model: m, prices: ["m=0.15 0.60"]}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try Brim.run(
            "cost", "--config", file, "--json", "--month", "2026-11", "--inferences", "50000", "--kept", "0.5",
            "--prompt-tokens", "500", "--answer-tokens", "200")
        let object = try #require(Brim.objects(result.output).first, "\(result.error)")
        let device = try #require(object["device"] as? [String: Any])
        #expect(((device["hardware_usd"] as? [String: Any])?["source"] as? String) == "given: \(file):1")
        // 285 / 36 + 4 W × 720 h × 0.30 + 2
        #expect(abs((device["monthly_usd"] as? Double ?? 0) - 10.7807) < 0.001)
        #expect(abs((object["all_in_cloud_usd"] as? Double ?? 0) - 9.75) < 0.001)
    }
}
