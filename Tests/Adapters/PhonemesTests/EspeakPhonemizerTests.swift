import Foundation
import Testing

@testable import Phonemes

/// The real program espeak-ng.
@Suite("Phonemes of espeak-ng") struct EspeakPhonemizerTests {
    @Test("each clause has its phonemes, in order")
    func clauses() async throws {
        let phonemes = try await EspeakPhonemizer(voice: "en-us").phonemes(of: ["hello", "two cats", ""])
        #expect(phonemes.count == 3)
        #expect(phonemes[0].hasPrefix("h") && phonemes[0].contains("oʊ"))
        #expect(phonemes[1].contains("kˈæts"))
        #expect(phonemes[2].isEmpty)
    }

    @Test("a clause that is divided, or looks like a command, is one clause of text")
    func hostile() async throws {
        let texts = [
            "one. two. three", "-w /tmp/x", "$(touch /tmp/brim-was-here)", "[[a]] <b>",
            String(repeating: "a", count: 5_000), "--help",
        ]
        let phonemes = try await EspeakPhonemizer(voice: "en-us").phonemes(of: texts)
        #expect(phonemes.count == texts.count && phonemes.allSatisfy { !$0.isEmpty && !$0.contains("\n") })
        #expect(!FileManager.default.fileExists(atPath: "/tmp/brim-was-here"))
    }

    @Test("what is missing is one sentence with the next step")
    func missing() async throws {
        for (voice, program) in [("en-us", "no-such-espeak"), ("xx-nowhere", "espeak-ng"), ("en-us", "/bin/false")] {
            let error = await #expect(throws: PhonemizerError.self) {
                try await EspeakPhonemizer(voice: voice, program: program).phonemes(of: ["a"])
            }
            #expect(error?.description.contains("apt install espeak-ng") == true)
        }
        for name in ["", "-w", "../x", "en us", String(repeating: "a", count: 40)] {
            #expect(throws: PhonemizerError.self) { try EspeakPhonemizer(voice: name) }
        }
        await #expect(throws: PhonemizerError.self) {
            try await EspeakPhonemizer(voice: "5", program: "/bin/sleep", timeout: .milliseconds(200)).phonemes(of: [
                "a"
            ])
        }
    }

    @Test("a program that ends before it has read what it is given is an error, every time")
    func endsEarly() async throws {
        let text = String(repeating: "a long text ", count: 20_000)
        for _ in 0..<40 {
            await #expect(throws: PhonemizerError.self) {
                try await EspeakPhonemizer(voice: "en-us", program: "/bin/false").phonemes(of: [text])
            }
        }
    }
}
