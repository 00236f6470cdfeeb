import Foundation
import NebiusDouble

@testable import ModelCatalogue

/// Replies that a file server gives, and the ways in which it may fail to.
enum FileReplies {
    /// A reply in bytes of its own: head with the length of `body` unless another is announced, then what follows.
    static func raw(
        _ status: Int, _ headers: [(String, String)] = [], _ body: [UInt8] = [], announced: Int? = nil,
        then last: Script.Step? = nil
    ) -> Script {
        let lines =
            ["HTTP/1.1 \(status) Said"] + headers.map { "\($0): \($1)" }
            + ["content-length: \(announced ?? body.count)"]
        return Script(
            [.raw(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)] + (last.map { [$0] } ?? []))
    }

    /// Where a request wants the file to begin; `nil` where it wants all.
    static func start(of request: SeenRequest) -> Int? {
        request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) }
    }

    /// The file, or the rest of it that the request asks for.
    static func file(
        _ bytes: [UInt8], to request: SeenRequest, headers: [(String, String)] = [], cut: Int? = nil,
        by last: Script.Step = .close
    ) -> Script {
        guard request.method != "HEAD" else { return raw(200, headers, announced: bytes.count) }
        let start = start(of: request) ?? 0
        guard start < bytes.count || start == 0 else {
            return raw(416, [("content-range", "bytes */\(bytes.count)")])
        }
        let rest = Array(bytes[start...])
        let range = [("content-range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)")]
        let sent = cut.map { Array(rest.prefix($0)) } ?? rest
        return raw(
            start == 0 ? 200 : 206, headers + (start == 0 ? [] : range), sent, announced: rest.count,
            then: sent.count < rest.count ? last : nil)
    }
}

/// A server that answers as the hub documents it: what `huggingface_hub` relies on, to the letter.
final class HubDouble: Sendable {
    static let commit = "0123456789abcdef0123456789abcdef01234567"

    let server: NebiusDouble
    var endpoint: String { String(server.url.dropLast("/v1".count)) }

    /// - Parameters:
    ///   - files: by `OWNER/REPO/FILE`.
    ///   - storage: where large files are redirected to; `nil` sends them from here.
    ///   - token: what requests have to bring.
    ///   - instead: gives another answer to a request.
    init(
        files: [String: [UInt8]], transport: NebiusDouble.Transport = .plain, storage: String? = nil,
        token: String? = nil, instead: @escaping @Sendable (SeenRequest, Int) -> Script? = { _, _ in nil }
    ) async throws {
        server = try await NebiusDouble.start(transport) { request, number in
            if let script = instead(request, number) { return script }
            if let token, request.headers["authorization"] != "Bearer " + token { return FileReplies.raw(401) }
            let pieces = request.path.dropFirst().split(separator: "/", maxSplits: 4).map(String.init)
            guard pieces.count == 5, pieces[2] == "resolve",
                let bytes = files["\(pieces[0])/\(pieces[1])/\(pieces[4])"]
            else { return FileReplies.raw(404, [("x-error-code", "EntryNotFound")]) }
            let digest = Weights.sha256(bytes)
            var headers = [
                ("x-repo-commit", Self.commit), ("accept-ranges", "bytes"), ("x-linked-etag", "\"\(digest)\""),
                ("x-linked-size", "\(bytes.count)"),
            ]
            if let storage {
                headers.append(("location", "\(storage)/\(digest)"))
                return FileReplies.raw(302, headers)
            }
            headers.append(("etag", "\"\(digest)\""))
            return FileReplies.file(bytes, to: request, headers: headers)
        }
    }
}
