import Foundation
import Testing

@testable import brim

/// What a configuration holds is not repeated where it is wrong: the screen may be a public one.
@Suite struct SecrecyTests {
    private static let secret = "83746251"

    /// Whether any four digits of the secret stand in a text.
    private func tells(_ text: String) -> Bool {
        let digits = Array(Self.secret)
        return (0...digits.count - 4).contains { text.contains(String(digits[$0..<$0 + 4])) }
    }

    private func error(_ text: String) -> String? {
        let layer = SettingLayer(SettingsFile(text, path: "config.yaml"), path: "config.yaml", isSystem: false)
        do {
            _ = try BrimConfiguration(SettingValues(layers: [layer]))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("no mistake beside the PIN shows it: every letter of the file left out, doubled or replaced")
    func pin() {
        let texts = [
            "threshold: 0.7\nkiosk:\n  pin: \(Self.secret)\n  idle_seconds: 60\n",
            "kiosk: {pin: \"\(Self.secret)\", idle_seconds: 60}\n",
            "kiosk.pin: '\(Self.secret)'\nscreen: {theme: dark}\n",
            "{\"kiosk\": {\"pin\": \"\(Self.secret)\"}, \"threshold\": 0.5}",
        ]
        var refused = 0
        for text in texts {
            let letters = Array(text)
            for index in letters.indices {
                for replacement in [
                    "", "\(letters[index])\(letters[index])", ":", "\"", "[", "\t", "&", "#", "\n", "*", "!",
                ] {
                    let mutated = letters[..<index] + Array(replacement) + letters[(index + 1)...]
                    guard let error = error(String(mutated)) else { continue }
                    refused += 1
                    #expect(!tells(error), "\(error)")
                }
            }
        }
        #expect(refused > 1_000)
    }

    @Test(
        "no setting's error repeats its value",
        arguments: Setting.all.map(\.key))
    func values(key: String) {
        for value in [
            Self.secret, "[\(Self.secret)]", "{x: \(Self.secret)}", "https://u:\(Self.secret)@h:99999/",
            "-\(Self.secret)e9",
        ] {
            guard let error = error("\(key): \(value)") else { continue }
            #expect(!tells(error), "\(error)")
            #expect(error.hasPrefix("config.yaml:1: \(key)") || error.contains("there is no setting"), "\(error)")
        }
        let layer = SettingLayer(environment: [Setting.variable(key): Self.secret])
        do { _ = try BrimConfiguration(SettingValues(layers: [layer])) } catch {
            #expect(!tells("\(error)"), "\(error)")
        }
    }

    @Test("what stands where a name should be is named only where it is a name")
    func names() {
        #expect(error("thershold: 1")?.contains("thershold") == true)
        for text in [
            "kiosk:\n  pin:\(Self.secret)", "kiosk: {pin \(Self.secret)}", "\(Self.secret)", "\(Self.secret): pin",
            "kiosk:\n  pin\(Self.secret): x",
        ] {
            let found = error(text)
            #expect(found != nil && !tells(found ?? ""), "\(found ?? "taken")")
        }
    }
}
