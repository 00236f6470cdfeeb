internal import CryptoExtras
internal import FoundationEssentials

/// A kiosk's PIN as it is kept: what scrypt makes of its digits and a salt, in the PHC string format,
/// `$scrypt$ln=15,r=8,p=1$salt$hash` with unpadded base64. To try one PIN takes a tenth of a second and 32 MiB.
package struct PINHash: Sendable, Hashable, CustomStringConvertible {
    /// Why there is no hash: a sentence.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// As it is kept. Not the PIN, but enough to try PINs elsewhere: private to whoever runs the kiosk.
    package let description: String
    private let cost: Cost
    private let salt: [UInt8]
    private let key: [UInt8]

    private struct Cost: Sendable, Hashable {
        /// log2 of the rounds.
        var exponent = 15
        var blockSize = 8
        var parallelism = 1

        /// What a kiosk can spend: a hash from elsewhere must not take its memory.
        var isBearable: Bool {
            (10...20).contains(exponent) && (1...64).contains(blockSize) && (1...4).contains(parallelism)
                && 128 * blockSize << exponent <= 256 << 20
        }
    }

    package static let shortestPIN = 4
    package static let longestPIN = 32
    private static let saltByteCount = 16
    private static let keyByteCount = 32

    /// Hashes a PIN under a salt of its own. Blocks its thread for a tenth of a second.
    package init(of pin: String) throws(Failure) {
        guard (Self.shortestPIN...Self.longestPIN).contains(pin.count), pin.allSatisfy({ $0.isASCII && $0.isNumber })
        else { throw Failure(description: "a PIN is \(Self.shortestPIN) to \(Self.longestPIN) digits") }
        cost = Cost()
        var random = SystemRandomNumberGenerator()
        salt = (0..<Self.saltByteCount).map { _ in .random(in: .min ... .max, using: &random) }
        guard let key = Self.derive(pin, salt, cost, byteCount: Self.keyByteCount) else {
            throw Failure(description: "the PIN could not be hashed: there is not enough memory")
        }
        self.key = key
        description =
            "$scrypt$ln=\(cost.exponent),r=\(cost.blockSize),p=\(cost.parallelism)$\(Self.base64(salt))$\(Self.base64(key))"
    }

    /// `nil` for what is no such text, or asks for more time or memory than a kiosk has.
    package init?(_ text: String) {
        guard text.utf8.count <= 512 else { return nil }
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Self.cost(parts[2]),
            let salt = Self.bytes(parts[3]), (8...64).contains(salt.count),
            let key = Self.bytes(parts[4]), (16...64).contains(key.count)
        else { return nil }
        (description, self.cost, self.salt, self.key) = (text, cost, salt, key)
    }

    /// Whether these are the digits. Blocks its thread for a tenth of a second.
    package func matches(_ pin: String) -> Bool {
        guard !pin.isEmpty, pin.utf8.count <= Self.longestPIN * 4,
            let derived = Self.derive(pin, salt, cost, byteCount: key.count)
        else { return false }
        // Digests are compared in a time that does not tell where they differ.
        return SHA256.hash(data: derived) == SHA256.hash(data: key)
    }

    private static func derive(_ pin: String, _ salt: [UInt8], _ cost: Cost, byteCount: Int) -> [UInt8]? {
        let key = try? KDF.Scrypt.deriveKey(
            from: Array(pin.utf8), salt: salt, outputByteCount: byteCount, rounds: 1 << cost.exponent,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
        return unsafe key?.withUnsafeBytes { unsafe Array($0) }
    }

    private static func cost(_ text: Substring) -> Cost? {
        let pairs = text.split(separator: ",").map { $0.split(separator: "=") }
        guard pairs.count == 3, pairs.allSatisfy({ $0.count == 2 }), pairs.map({ $0[0] }) == ["ln", "r", "p"],
            let exponent = Int(pairs[0][1]), let blockSize = Int(pairs[1][1]), let parallelism = Int(pairs[2][1])
        else { return nil }
        let cost = Cost(exponent: exponent, blockSize: blockSize, parallelism: parallelism)
        return cost.isBearable ? cost : nil
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }
}
