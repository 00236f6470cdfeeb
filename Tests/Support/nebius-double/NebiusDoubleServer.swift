import FoundationEssentials
import Glibc
import NebiusDouble

/// The double as a program:
/// `nebius-double DIRECTORY [--plain] [--http2] [--client-certificates] [--hold] [BEHAVIOUR]`.
///
/// Writes `ca.pem`, `client.pem` and `client.key` to the directory, then `url`, whose appearance says that it listens.
/// Each request becomes a line of JSON in `requests.jsonl`. A prompt with `[double:NAME]` gets the behaviour of that
/// name. With `--hold` it shakes hands with nobody until there is a file `release`. Each line on standard input is
/// answered by one with what was seen so far; the end of it ends the program.
@main
struct NebiusDoubleServer {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let flags = Set(arguments.filter { $0.hasPrefix("--") })
        let words = arguments.filter { !$0.hasPrefix("--") }
        guard let directory = words.first else {
            print("usage: nebius-double DIRECTORY [--plain] [--http2] [--client-certificates] [--hold] [BEHAVIOUR]")
            return
        }
        let authority = try TestAuthority()
        let client = try authority.client()
        try write(authority.certificate, to: "\(directory)/ca.pem")
        try write(client.certificate, to: "\(directory)/client.pem")
        try write(client.key, to: "\(directory)/client.key")
        let transport =
            flags.contains("--plain")
            ? NebiusDouble.Transport.plain
            : .tls(
                try authority.server(),
                clientAuthority: flags.contains("--client-certificates") ? authority.certificate : nil,
                offersHTTP2: flags.contains("--http2"))
        let behaviour = words.dropFirst().first.flatMap(Behaviour.init(rawValue:))
        let release = "\(directory)/release"
        let hold: @Sendable () async -> Void = {
            while !FileManager.default.fileExists(atPath: release) { try? await Task.sleep(for: .milliseconds(10)) }
        }
        let double = try await NebiusDouble.start(
            transport,
            respond: logging(
                to: "\(directory)/requests.jsonl", behaviour.map(NebiusDouble.always) ?? NebiusDouble.asAsked),
            hold: flags.contains("--hold") ? hold : nil)
        try write(double.url, to: "\(directory)/url")
        while readLine() != nil {
            let seen = double.seen
            print(
                #"{"connections":\#(seen.connections),"bytes":\#(seen.bytes),"requests":\#(seen.requests.count)}"#)
            fflush(nil)
        }
    }

    private struct Line: Encodable {
        var number: Int
        var method: String
        var uri: String
        var headers: [String: String]
        var body: String
    }

    private static func logging(
        to path: String, _ respond: @escaping NebiusDouble.Responder
    ) -> NebiusDouble.Responder {
        { request, number in
            let line = Line(
                number: number, method: request.method, uri: request.uri,
                headers: request.headers, body: request.text)
            do {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                append(Array(try encoder.encode(line)) + [UInt8(ascii: "\n")], to: path)
            } catch {
                fatalError("a request cannot be logged: \(error)")
            }
            return respond(request, number)
        }
    }

    /// Only its owner may read what is written: one of the files is a key.
    private static func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    private static func append(_ bytes: [UInt8], to path: String) {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { fatalError("\(path) cannot be written") }
        defer { close(descriptor) }
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
