import Testing

@testable import Kiosk

/// The PIN as it is kept.
@Suite struct PINHashTests {
    @Test("a hash knows its PIN again and no other, also from its text; two of one PIN are not alike")
    func matches() throws {
        let hash = try PINHash(of: "240613")
        #expect(hash.description.hasPrefix("$scrypt$ln=15,r=8,p=1$") && !hash.description.contains("240613"))
        let read = try #require(PINHash(hash.description))
        #expect(read == hash && read.matches("240613"))
        for wrong in ["240614", "24061", "2406133", "", "240613 ", String(repeating: "2", count: 10_000)] {
            #expect(!read.matches(wrong))
        }
        #expect(try PINHash(of: "240613").description != hash.description)
    }

    @Test("it is the scrypt of the standard")
    func vector() throws {
        // RFC 7914, section 12, the first 32 bytes: "SodiumChloride", N = 16384, r = 8, p = 1.
        let text = "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"
        let hash = try #require(PINHash(text))
        #expect(hash.matches("pleaseletmein") && !hash.matches("pleaseletmeim"))
    }

    @Test(
        "what is no PIN gets no hash",
        arguments: ["", "123", "12 34", "abcd", "١٢٣٤", String(repeating: "1", count: 33)])
    func noPIN(text: String) {
        #expect(throws: PINHash.Failure.self) { try PINHash(of: text) }
    }

    @Test("a text that is no hash, or would take a kiosk's memory, is none")
    func hostile() {
        let (salt, key) = ("U29kaXVtQ2hsb3JpZGU", "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI")
        let costs = [
            "ln=31,r=8,p=1", "ln=9,r=8,p=1", "ln=20,r=64,p=1", "ln=15,r=0,p=1", "ln=15,r=8,p=0", "ln=-1,r=8,p=1",
            "ln=15,r=9223372036854775807,p=1", "ln=15,r=8", "ln=15,r=8,p=1,x=1", "r=8,ln=15,p=1", "",
        ]
        for text in costs.map({ "$scrypt$\($0)$\(salt)$\(key)" })
            + [
                "1234", "", "$", "$$$$", "$scrypt$ln=15,r=8,p=1$$\(key)", "$scrypt$ln=15,r=8,p=1$\(salt)$",
                "$argon2id$ln=15,r=8,p=1$\(salt)$\(key)", "$scrypt$ln=15,r=8,p=1$\(salt)$\(key)$",
                "$scrypt$ln=15,r=8,p=1$\(salt)$***", String(repeating: "$", count: 100_000),
            ]
        { #expect(PINHash(text) == nil, "\(text.prefix(60))") }
    }
}
