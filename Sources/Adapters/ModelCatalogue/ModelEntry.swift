internal import Foundation

/// A model that Brim knows how to get: one entry of `models/catalogue.json`.
public struct ModelEntry: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        case language, speech
    }

    /// A piece of a file that is too large for one package.
    public struct Part: Sendable, Hashable, Codable {
        /// Name in the Python package index; the version is the entry's.
        public var package: String
        /// Path inside that package.
        public var member: String
    }

    /// One file of the model.
    public struct File: Sendable, Hashable, Codable {
        /// Path inside the Python package; `nil` where the file comes in parts.
        public var member: String?
        /// What is joined in this order to make the file; `nil` where it comes whole.
        public var parts: [Part]?
        /// Path below the models directory.
        public var path: String
        public var bytes: Int64
        /// Lower-case hexadecimal SHA-256 of the whole file.
        public var sha256: String
    }

    public var name: String
    public var kind: Kind
    public var summary: String
    /// SPDX identifier of the weights' licence.
    public var licence: String
    /// Name in the Python package index.
    public var package: String
    public var version: String
    /// Size of the package, for progress and for the check that it fits.
    public var downloadBytes: Int64
    /// Whether only those who ask for it by name get it.
    public var optional: Bool?
    /// The first file is the one that an engine opens.
    public var files: [File]

    /// Packages that hold the files, each once.
    var packages: [String] {
        let named = files.flatMap { file in file.parts?.map(\.package) ?? [package] }
        return named.enumerated().filter { named.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    }

    enum CodingKeys: String, CodingKey {
        case name, kind, summary, licence, package, version, optional, files
        case downloadBytes = "download_bytes"
    }

    /// Bytes of all files together.
    public var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }
}

extension ModelEntry {
    private struct Document: Codable {
        var models: [ModelEntry]
    }

    /// Reads a catalogue.
    ///
    /// Throws ``CatalogueError`` where the file cannot be read, is not the expected JSON, or names a path that leaves
    /// the models directory.
    public static func catalogue(at path: String) throws(CatalogueError) -> [ModelEntry] {
        let document: Document
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw CatalogueError(.badCatalogue, "the model catalogue \(path) cannot be read: \(Self.reason(error))")
        }
        for entry in document.models {
            guard !entry.files.isEmpty else {
                throw CatalogueError(.badCatalogue, "the model catalogue \(path) lists no file for \(entry.name)")
            }
            guard entry.files.allSatisfy({ ($0.member == nil) != ($0.parts?.isEmpty ?? true) }) else {
                throw CatalogueError(
                    .badCatalogue,
                    "the model catalogue \(path) does not say where a file of \(entry.name) comes from")
            }
            for file in entry.files where !isContained(file.path) || file.bytes < 0 || file.sha256.count != 64 {
                throw CatalogueError(
                    .badCatalogue, "the model catalogue \(path) has a bad path, size or SHA-256 for \(entry.name)")
            }
        }
        return document.models
    }

    private static func isContained(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return error.localizedDescription }
        return switch error {
        case .keyNotFound(let key, _): "the key \"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        @unknown default: "it is not a catalogue"
        }
    }
}
