internal import Crypto
package import AssistantCore
internal import Foundation

/// The audit log's state at one moment, signed by the device: a small file to be kept somewhere else.
///
/// Besides the last hash it holds up to 256 earlier ones at even distances, so that a log which was rewritten as a
/// whole can still be told where it stops being the log that was signed.
///
/// The signature is Ed25519 over these fields in the encoding of ``CanonicalBytes``, domain `brim.checkpoint.1`:
/// sequence, hash, time, the number of waypoints, then each one's sequence and hash.
package struct AuditCheckpoint: Sendable, Hashable {
    /// A hash of the log that was signed.
    package struct Waypoint: Sendable, Hashable, Codable {
        package var sequence: Int64
        /// Lower-case hexadecimal.
        package var hash: String
    }

    /// Entries in the log when it was signed.
    package let sequence: Int64
    /// Hash of the last entry; 64 zeros for an empty log. Lower-case hexadecimal, as all bytes here.
    package let hash: String
    package let time: Timestamp
    /// Ascending; the last one is the last entry.
    package let waypoints: [Waypoint]
    /// Of the key that signed. Being in the file it proves nothing by itself.
    package let publicKey: String
    package let signature: String

    static let maxWaypoints: Int64 = 256

    /// The distance between waypoints for a log of `count` entries: a power of two.
    static func stride(for count: Int64) -> Int64 {
        var stride: Int64 = 1
        while count / stride > maxWaypoints { stride *= 2 }
        return stride
    }

    init(
        sequence: Int64, hash: String, time: Timestamp, waypoints: [Waypoint], signedBy key: DeviceKey
    ) throws(StoreError) {
        self.sequence = sequence
        self.hash = hash
        self.time = time
        self.waypoints = waypoints
        publicKey = key.publicKey
        let message = Self.message(sequence: sequence, hash: hash, time: time, waypoints: waypoints)
        do {
            signature = Hexadecimal.encode(try key.signing.signature(for: message))
        } catch {
            throw StoreError(.checkpoint, "The checkpoint could not be signed.")
        }
    }

    /// Throws unless the signature was made with the private half of `publicKey` (hexadecimal).
    package func verifySignature(by publicKey: String) throws(StoreError) {
        guard publicKey == self.publicKey else {
            throw StoreError(.checkpoint, "The checkpoint was signed by another key (\(self.publicKey.prefix(12))…).")
        }
        guard let keyBytes = Hexadecimal.decode(publicKey), let signatureBytes = Hexadecimal.decode(signature),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes),
            key.isValidSignature(
                signatureBytes,
                for: Self.message(sequence: sequence, hash: hash, time: time, waypoints: waypoints))
        else {
            throw StoreError(.checkpoint, "The checkpoint's signature is not genuine: it was changed or forged.")
        }
    }

    private static func message(
        sequence: Int64, hash: String, time: Timestamp, waypoints: [Waypoint]
    ) -> Data {
        var bytes = CanonicalBytes(domain: "brim.checkpoint.1")
        bytes.append(sequence)
        bytes.append(hash)
        bytes.append(time.millisecondsSince1970)
        bytes.append(Int64(waypoints.count))
        for waypoint in waypoints {
            bytes.append(waypoint.sequence)
            bytes.append(waypoint.hash)
        }
        return bytes.data
    }
}

// MARK: - The file

extension AuditCheckpoint: Codable {
    private enum CodingKeys: String, CodingKey {
        case format, sequence, hash
        case time = "time_ms"
        case waypoints
        case publicKey = "public_key"
        case signature
    }

    private static let format = "brim-audit-checkpoint-1"
    /// In bytes; a file that is longer is something else.
    package static let largestFile = 1 << 20

    /// The contents of a checkpoint file: JSON, at most 32 KiB. Says nothing about its signature yet.
    package init(json: [UInt8]) throws(StoreError) {
        guard json.count <= Self.largestFile else {
            throw StoreError(.checkpoint, "The file is too large to be a checkpoint.")
        }
        do {
            self = try JSONDecoder().decode(AuditCheckpoint.self, from: Data(json))
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.checkpoint, "The file is not a checkpoint of Brim's audit log.")
        }
    }

    /// The contents of a checkpoint file.
    package func json() throws(StoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        do {
            return try [UInt8](encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw StoreError(.checkpoint, "The checkpoint could not be written as JSON.")
        }
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let format = try values.decode(String.self, forKey: .format)
        guard format == Self.format else {
            throw StoreError(.checkpoint, "The checkpoint is of a format that this Brim does not know.")
        }
        sequence = try values.decode(Int64.self, forKey: .sequence)
        hash = try values.decode(String.self, forKey: .hash)
        time = try values.decode(Timestamp.self, forKey: .time)
        waypoints = try values.decode([Waypoint].self, forKey: .waypoints)
        publicKey = try values.decode(String.self, forKey: .publicKey)
        signature = try values.decode(String.self, forKey: .signature)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.format, forKey: .format)
        try values.encode(sequence, forKey: .sequence)
        try values.encode(hash, forKey: .hash)
        try values.encode(time, forKey: .time)
        try values.encode(waypoints, forKey: .waypoints)
        try values.encode(publicKey, forKey: .publicKey)
        try values.encode(signature, forKey: .signature)
    }
}
