internal import AssistantCore
internal import Crypto

/// What trusted metadata says of other bytes: how many they are, and their digests.
package struct FileDescription: Sendable, Hashable {
    /// `nil` where it is not said.
    package let length: Int64?
    /// By name of the algorithm, as hexadecimal numbers in lower case; empty where none is said.
    package let hashes: [String: String]

    /// Reads `length` and `hashes`, both of which may be missing.
    init(_ value: MetadataValue) throws(UpdateError) {
        var length: Int64?
        if let value = value["length"] {
            guard let number = value.number, number >= 0 else {
                throw UpdateError(.malformed, "has a length that is none")
            }
            length = number
        }
        var hashes: [String: String] = [:]
        if let value = value["hashes"] {
            guard let members = value.object, !members.isEmpty else {
                throw UpdateError(.malformed, "has a list of hashes without a hash")
            }
            for (name, value) in members {
                guard let text = value.string, let bytes = Hexadecimal.decode(text, allowsUpperCase: true),
                    !bytes.isEmpty
                else {
                    throw UpdateError(.malformed, "has a hash that is no hexadecimal number")
                }
                hashes[name] = Hexadecimal.encode(bytes)
            }
        }
        self.length = length
        self.hashes = hashes
    }

    /// Throws ``UpdateError/Code/mismatched`` unless `bytes` are as described.
    func require(_ bytes: [UInt8]) throws(UpdateError) {
        var verifier = FileVerifier(self)
        try verifier.update(bytes)
        try verifier.finish()
    }
}

/// Compares bytes that come in pieces with their description.
struct FileVerifier {
    private let description: FileDescription
    private var length: Int64 = 0
    private var sha256 = SHA256()
    private var sha384 = SHA384()
    private var sha512 = SHA512()

    init(_ description: FileDescription) { self.description = description }

    /// Throws as soon as there are more bytes than there should be.
    mutating func update(_ piece: [UInt8]) throws(UpdateError) {
        length += Int64(piece.count)
        if let expected = description.length, length > expected {
            throw UpdateError(.mismatched, "is longer than the \(expected) bytes that it should have")
        }
        for name in description.hashes.keys {
            switch name {
            case "sha256": sha256.update(data: piece)
            case "sha384": sha384.update(data: piece)
            case "sha512": sha512.update(data: piece)
            default: break
            }
        }
    }

    /// Throws unless what came is right by its length and by every hash; one of an unknown algorithm is never right.
    func finish() throws(UpdateError) {
        if let expected = description.length, length != expected {
            throw UpdateError(.mismatched, "has \(length) bytes in place of \(expected)")
        }
        for (name, expected) in description.hashes {
            let digest: String
            switch name {
            case "sha256": digest = Hexadecimal.encode(sha256.finalize())
            case "sha384": digest = Hexadecimal.encode(sha384.finalize())
            case "sha512": digest = Hexadecimal.encode(sha512.finalize())
            default:
                throw UpdateError(.mismatched, "has a hash of a kind that is not known here, \(quoted(name))")
            }
            guard digest == expected else { throw UpdateError(.mismatched, "has another \(name) than it should have") }
        }
    }
}
