import Foundation
import Testing

/// Collections, from the files to the answer.
@Suite(.serialized) struct KnowCommandTests {
    private let environment = Brim.environment()
    private let folder = NSTemporaryDirectory() + "brim-papers-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func brim(_ arguments: String...) throws -> Shell.Result {
        try Shell.run(Brim.executable, arguments, environment: environment)
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }

    @Test("A folder is added, asked, brought up to date and forgotten; answers name document and sentence")
    func collection() throws {
        try write("# Pool\n\nThe pool of Ghent opens at seven. Dogs stay outside.\n", "pool.md")
        try write("# Desk\n\n## Who has the key of the boathouse?\n\nAsk **Ann**.\nShe is at the desk.\n", "faq.md")
        let added = try brim("know", "add", folder, "--name", "town", "--json")
        #expect(added.status == 0, "\(added.error)")
        #expect(try Brim.objects(added.output).first?["read"] as? Int == 2)

        let asked = try brim("ask", "--json", "When does the pool of Ghent open?")
        let objects = try Brim.objects(asked.output)
        let citation = try #require(objects.first { $0["type"] as? String == "citation" })
        #expect(citation["document"] as? String == "pool.md" && citation["number"] as? Int == 1)
        #expect(citation["text"] as? String == "The pool of Ghent opens at seven.")
        let done = try #require(objects.last)
        #expect(done["text"] as? String == "The pool of Ghent opens at seven. [1]" && done["grounded"] as? Bool == true)

        let own = try brim("ask", "Who has the key of the boathouse?")
        #expect(own.output == "Ask **Ann**.\nShe is at the desk.\n")
        #expect(own.error.contains("[1] town: faq.md"))

        try write("# Pool\n\nThe pool of Ghent opens at eight.\n", "pool.md")
        let updated = try Brim.objects(try brim("know", "update", "--json").output)
        #expect(updated.first?["read"] as? Int == 1 && updated.first?["unchanged"] as? Int == 1)
        #expect(try brim("ask", "When does the pool of Ghent open?").output.contains("eight"))
        let found = try brim("know", "search", "--json", "pool opening")
        #expect(try Brim.objects(found.output).first?["document"] as? String == "pool.md")

        #expect(try brim("know", "remove", "town").status == 0)
        #expect(try brim("know", "list").output.contains("no collections"))
        #expect(try brim("know", "remove", "town").status == 1)
    }

    @Test("While a conversation runs, documents that come, change or go are read again, in folders that come too")
    func watched() throws {
        try write("# Pool\n\nThe pool of Ghent opens at seven.\n", "pool.md")
        #expect(try brim("know", "add", folder, "--name", "town").status == 0)
        try write("# Pool\n\nThe pool of Ghent opens at eight in winter.\n", "pool.md")
        let session = try PlainSession(["--local-only"], environment: environment)
        try session.wait(for: "town: 1 document read again")
        try FileManager.default.createDirectory(atPath: folder + "/new", withIntermediateDirectories: true)
        try write("# Gate\n\nThe gate of Ghent opens at nine.\n", "new/gate.md")
        try write("# Mill\n\nThe mill of Ghent is closed.\n", "new/mill.md")
        try session.wait(for: "town: 2 documents read again")
        try session.type("When does the gate of Ghent open?")
        try session.wait(for: "new/gate.md")
        try FileManager.default.removeItem(atPath: folder + "/pool.md")
        try session.wait(for: "town: 1 gone")
        #expect(try session.end() == 0)
    }

    @Test("A collection that is added while a conversation runs is watched as well")
    func addedMeanwhile() throws {
        let session = try PlainSession(["--local-only"], environment: environment)
        try write("# Pool\n\nThe pool of Ghent opens at seven.\n", "pool.md")
        #expect(try brim("know", "add", folder, "--name", "town").status == 0)
        try write("# Pool\n\nThe pool of Ghent opens at eight in winter.\n", "pool.md")
        try session.wait(for: "town: 1 document read again")
        try FileManager.default.removeItem(atPath: folder + "/pool.md")
        try write("# Gate\n\nThe gate of Ghent opens at nine.\n", "gate.md")
        try session.wait(for: "1 gone")
        #expect(try session.end() == 0)
    }

    @Test("Without the collections nothing is grounded; where they alone may answer, the rest is refused")
    func switches() throws {
        try write("The pool of Ghent opens at seven.\n", "pool.txt")
        #expect(try brim("know", "add", folder).status == 0)
        let without = try brim("ask", "--no-know", "--json", "--max-tokens", "4", "When does the pool of Ghent open?")
        #expect(try Brim.objects(without.output).last?["grounded"] as? Bool == false)
        let only = try Shell.run(
            Brim.executable, ["ask", "Who painted the ceiling of the Sistine Chapel?"],
            environment: environment.merging(["BRIM_KNOW_ONLY": "true"]) { $1 })
        #expect(only.status == 1 && only.error.contains("not in the documents"), "\(only.error)")
    }

    @Test("A run that is killed loses nothing and repeats nothing")
    func killed() throws {
        let count = 1_000
        for number in 0..<count {
            let text = (0..<60).map { "Sheet \(number) says in line \($0) what nobody else says." }
            try write(text.joined(separator: "\n\n"), "sheet\(number).txt")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Brim.executable)
        process.arguments = ["know", "add", folder, "--name", "sheets", "--words-only"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.runReachable()
        // Until something is written, but not all.
        let deadline = ContinuousClock.now + .seconds(30)
        var documents = 0
        while documents == 0, process.isRunning, ContinuousClock.now < deadline {
            documents = try self.documents()
            usleep(2_000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let kept = try self.documents()
        #expect(kept > 0 && kept < count, "killed too late to tell anything: \(kept)")
        let updated = try #require(
            try Brim.objects(try brim("know", "update", "--words-only", "--json").output).first)
        #expect(updated["read"] as? Int == count - kept && updated["unchanged"] as? Int == kept)
        let list = try #require(try Brim.objects(try brim("know", "list", "--json").output).first)
        #expect(list["documents"] as? Int == count)
        // Every passage once.
        let again = try brim("know", "search", "--json", "--limit", "50", "sheet 7 says")
        let texts = try Brim.objects(again.output).compactMap { $0["text"] as? String }
        #expect(!texts.isEmpty && Set(texts).count == texts.count)
    }

    private func documents() throws -> Int {
        let list = try brim("know", "list", "--json")
        return try Brim.objects(list.output).first?["documents"] as? Int ?? 0
    }

    @Test("Broken and hostile documents get a sentence each, and the rest is read")
    func hostile() throws {
        try write("The pool of Ghent opens at seven. \u{1B}]0;owned\u{7}", "good.txt")
        try Data([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2]).write(to: URL(fileURLWithPath: folder + "/program.txt"))
        try write("no pdf", "broken.pdf")
        try write("no archive", "broken.docx")
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/passwd.txt", withDestinationPath: "/etc/passwd")
        #expect(unsafe mkfifo(folder + "/pipe.txt", 0o600) == 0)
        let added = try brim("know", "add", folder, "--name", "odd")
        #expect(added.status == 0 && added.output.contains("1 documents read"), "\(added.output)\(added.error)")
        #expect(added.error.contains("passwd.txt: it is a link that leads out of the folder"))
        let listed = try brim("know", "list").output
        for name in ["program.txt: it is no text", "broken.pdf: pdftotext", "broken.docx: pandoc"] {
            #expect(listed.contains(name), "\(listed)")
        }
        let found = try brim("know", "search", "pool of Ghent")
        #expect(found.output.contains("opens at seven") && !found.output.contains("\u{1B}"))
        #expect(!(try brim("know", "search", "root").output.contains("bin/bash")))
    }

    @Test("Wrong names and paths are one sentence")
    func mistakes() throws {
        for arguments in [
            ["add", folder + "/nothing"], ["add", folder, "--name", "a\u{1B}b"], ["update", "nobody"],
            ["search", "--in", "nobody", "pool"],
        ] {
            let result = try Shell.run(Brim.executable, ["know"] + arguments, environment: environment)
            #expect(result.status == 1 && result.error.hasPrefix("brim: "), "\(arguments): \(result.error)")
        }
    }
}
