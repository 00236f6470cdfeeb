import AssistantCore
import Glibc
import Testing

@testable import Nebius

struct CredentialFileTests {
    private func refusal(_ path: String, _ privacy: CredentialFile.Privacy = .ownerOnly) -> String? {
        do {
            _ = try CredentialFile.read(path, privacy)
            return nil
        } catch {
            #expect(error.kind == .noCredential && error.billing == .nothingSent)
            return error.message
        }
    }

    @Test("a private file of this user is read")
    func privateFile() throws {
        let scratch = try Scratch()
        for mode in [0o600, 0o400, 0o700] as [mode_t] {
            let path = try scratch.write("the-key-\(mode)\n", as: "key-\(mode)", mode: mode)
            #expect(try CredentialFile.read(path) == Array("the-key-\(mode)\n".utf8))
        }
    }

    @Test("a file that others can read or write is refused, with the command that helps")
    func tooOpen() throws {
        let scratch = try Scratch()
        for mode in [0o640, 0o604, 0o660, 0o620, 0o601, 0o777] as [mode_t] {
            let path = try scratch.write("the-key", as: "key-\(mode)", mode: mode)
            let message = try #require(refusal(path))
            #expect(message.contains("chmod 600 '\(path)'"))
            #expect(!message.contains("the-key"))
        }
    }

    @Test("the mask that systemd's access lists show as group bits is allowed there, bits for others are not")
    func systemd() throws {
        let scratch = try Scratch()
        #expect(refusal(try scratch.write("k", as: "a", mode: 0o440), .systemd) == nil)
        #expect(refusal(try scratch.write("k", as: "b", mode: 0o444), .systemd) != nil)
    }

    @Test("a directory, a FIFO, a device, a missing file and a giant one are refused, and none blocks")
    func notAFile() throws {
        let scratch = try Scratch()
        let fifo = scratch.path + "/fifo"
        #expect(unsafe mkfifo(fifo, 0o600) == 0)
        let giant = try scratch.write(String(repeating: "x", count: 100_000), as: "giant")
        for path in [scratch.path, fifo, "/dev/zero", scratch.path + "/missing", giant] {
            let message = try #require(refusal(path))
            #expect(FailureTableTests.isSentence(message))
        }
    }

    @Test("a link to a private file counts as the file, a link to an open one too")
    func links() throws {
        let scratch = try Scratch()
        let closed = try scratch.write("k", as: "closed")
        let open = try scratch.write("k", as: "open", mode: 0o644)
        #expect(unsafe symlink(closed, scratch.path + "/to-closed") == 0)
        #expect(unsafe symlink(open, scratch.path + "/to-open") == 0)
        #expect(refusal(scratch.path + "/to-closed") == nil)
        #expect(refusal(scratch.path + "/to-open") != nil)
    }

    @Test("a file of another user is refused", .enabled(if: geteuid() == 0, "only root can give a file away"))
    func otherOwner() throws {
        let scratch = try Scratch()
        let path = try scratch.write("k", as: "theirs")
        #expect(unsafe chown(path, 12_345, 12_345) == 0)
        #expect(try #require(refusal(path)).contains("chown"))
    }

    @Test("the key is looked for in order: gateway, key file, systemd, environment, and a bad one says why")
    func discovery() throws {
        let scratch = try Scratch()
        let environment = ["NEBIUS_API_KEY": "from-environment", "CREDENTIALS_DIRECTORY": scratch.path]
        func found(_ gateway: String? = nil, _ file: String? = nil, _ environment: [String: String]) -> String {
            switch CredentialSource.discover(gateway: gateway, keyFile: file, environment: environment) {
            case .value: "value"
            case .file: "file"
            case .systemd: "systemd"
            case .gateway: "gateway"
            case .none: "none"
            case .missing: "missing"
            }
        }
        #expect(found("https://gateway/token", "/key", environment) == "gateway")
        #expect(found(nil, "/key", environment) == "file")
        #expect(found(nil, nil, environment) == "value")
        _ = try scratch.write("k", as: "nebius_api_key")
        #expect(found(nil, nil, environment) == "systemd")
        #expect(found(nil, nil, [:]) == "missing")
        #expect(found(nil, nil, ["NEBIUS_API_KEY": "two words"]) == "missing")
    }
}
