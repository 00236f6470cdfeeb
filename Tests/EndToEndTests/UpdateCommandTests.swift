import Foundation
import Testing

@Suite struct UpdateCommandTests {
    /// A repository of a fleet on a web server, and a device that takes its updates from it.
    private final class Fleet {
        static let name = "smollm2-135m-instruct-q4_1"
        let directory = NSTemporaryDirectory() + "brim-fleet-\(UUID().uuidString)"
        private let server: FileServer
        let environment: [String: String]

        init(group: String = "default", fixture: String = "fleet") throws {
            let fixture = Brim.root + "/Tests/Adapters/UpdatesTests/Fixtures/" + fixture
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: fixture, toPath: directory + "/repository")
            server = try FileServer(directory + "/repository")
            environment = Brim.environment().merging([
                "BRIM_UPDATES_URL": server.address + "/metadata",
                "BRIM_UPDATES_ROOT": fixture + "/metadata/1.root.json", "BRIM_UPDATES_DEVICE": "kiosk-1",
                "BRIM_UPDATES_GROUP": group, "XDG_DATA_HOME": directory + "/data",
            ]) { $1 }
        }

        deinit { try? FileManager.default.removeItem(atPath: directory) }

        /// Puts the repository into one of its states.
        func publish(_ state: Int) throws {
            let metadata = directory + "/repository/metadata"
            let text = try Data(contentsOf: URL(fileURLWithPath: metadata + "/timestamp-\(state).json"))
            try text.write(to: URL(fileURLWithPath: metadata + "/timestamp.json"))
        }

        func run(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(Brim.executable, ["update"] + arguments, environment: environment)
        }

        /// The only release, as `brim update … --json` says it.
        func release(_ arguments: String..., status: Int32 = 0) throws -> (release: [String: Any], whole: [String: Any])
        {
            let result = try Shell.run(Brim.executable, ["update"] + arguments + ["--json"], environment: environment)
            #expect(result.status == status, "\(result.error)")
            let whole = try #require(Brim.objects(result.output).first)
            let releases = try #require(whole["releases"] as? [[String: Any]])
            return (try #require(releases.first), whole)
        }

        /// Puts the voice where the repository says that it is.
        func bringVoice() throws {
            let voice = Brim.root + "/Tests/Engine/VITSTests/Fixtures/tiny-voice.onnx"
            let hash = try Shell.run("/usr/bin/sha256sum", [voice]).output.prefix(64)
            for number in 1...2 {
                let folder = directory + "/repository/targets/voices/tiny/\(number)"
                try FileManager.default.copyItem(atPath: voice, toPath: folder + "/\(hash).tiny.onnx")
            }
        }

        /// Puts the model where the repository says that it is.
        func bringModel() throws {
            let model = Brim.root + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"
            let hash = try Shell.run("/usr/bin/sha256sum", [model]).output.prefix(64)
            for number in 1...2 {
                let folder = directory + "/repository/targets/models/default/\(number)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try FileManager.default.createSymbolicLink(
                    atPath: folder + "/\(hash).m.gguf", withDestinationPath: model)
            }
        }

        /// Runs the program as this device, with another command than `update`.
        func brim(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(Brim.executable, arguments, environment: environment)
        }

        /// The file that runs.
        func running() throws -> Int {
            let slot = directory + "/data/brim/updates/slots/calibration/\(Self.name)/current"
            let names = try FileManager.default.contentsOfDirectory(atPath: slot).filter { $0 != "release.json" }
            #expect(names.count == 1)
            let text = try String(contentsOfFile: slot + "/" + (names.first ?? ""), encoding: .utf8)
            // The fixture's releases differ in how many line feeds they end with.
            return text.reversed().prefix { $0 == "\n" }.count
        }
    }

    @Test("Without a repository, brim update says what to set and asks nobody")
    func unset() throws {
        let status = try Brim.run("update")
        #expect(status.status == 0, "\(status.error)")
        #expect(status.output.contains("updates.url"))
        let check = try Brim.run("update", "check")
        #expect(check.status == 1)
        #expect(check.error.contains("set updates.url and updates.root"), "\(check.error)")
        let half = try Brim.run("update", "check", environment: ["BRIM_UPDATES_URL": "http://127.0.0.1:9/metadata"])
        #expect(half.status == 1 && half.error.contains("updates.root"), "\(half.error)")
    }

    @Test("Releases are offered, taken, followed, gone back from and never taken again")
    func rollout() throws {
        let fleet = try Fleet()
        try fleet.publish(1)
        var offer = try fleet.release("check").release
        #expect(offer["step"] as? String == "install" && offer["newest"] as? Int == 1 && offer["installed"] == nil)
        let applied = try fleet.run("apply")
        #expect(applied.status == 0 && applied.output.contains("1 runs"), "\(applied.error)")
        let first = try fleet.running()

        try fleet.publish(2)
        offer = try fleet.release("apply").release
        #expect(offer["installed"] as? Int == 2 && offer["can_go_back_to"] as? Int == 1)
        #expect(try fleet.running() == first + 1)
        #expect(try fleet.release().release["installed"] as? Int == 2, "what is remembered says the same")

        let back = try fleet.run("back", "calibration", Fleet.name)
        #expect(back.status == 0 && back.error.contains("1 runs in place of 2"), "\(back.error)")
        #expect(try fleet.running() == first)
        offer = try fleet.release("apply").release
        #expect(offer["installed"] as? Int == 1)
        #expect((offer["why_not"] as? String)?.contains("failed") == true)
        #expect(try fleet.run("back", "calibration", "nothing").status == 1)
    }

    @Test("A release that is stopped is left, one that fails its self-test is quarantined, and the device works on")
    func failure() throws {
        let fleet = try Fleet()
        try fleet.publish(2)
        #expect(try fleet.release("apply").release["installed"] as? Int == 2)
        try fleet.publish(3)
        let (release, whole) = try fleet.release("apply", status: 1)
        #expect(release["installed"] as? Int == 1, "2 was stopped, 3 is no calibration, and 4 is for another group")
        #expect((whole["quarantined"] as? [String])?.first?.contains(" 3: ") == true)
        #expect((release["why_not"] as? String)?.contains("turn") == true)
        let again = try fleet.release("apply").release
        #expect(again["installed"] as? Int == 1)
        let canary = try Fleet(group: "canary")
        try canary.publish(3)
        #expect(try canary.release("apply").release["installed"] as? Int == 4)
    }

    @Test("A collection is asked, a voice speaks and a setting holds; what a fleet may not bring changes none of it")
    func kinds() throws {
        let fleet = try Fleet(fixture: "fleet-kinds")
        try fleet.bringVoice()
        try fleet.publish(1)
        let applied = try fleet.run("apply")
        #expect(applied.status == 0, "\(applied.error)")
        let asked = try fleet.brim("ask", "When does the pool of Ghent open?")
        #expect(asked.output == "The pool of Ghent opens at seven. [1]\n", "\(asked.error)")
        let list = try Brim.objects(try fleet.brim("know", "list", "--json").output)
        #expect(list.first?["stays_home"] as? Bool == true)
        func setting(_ key: String) throws -> [String: Any]? {
            try Brim.objects(try fleet.brim("config", "--json").output).first { $0["key"] as? String == key }
        }
        #expect(try setting("threshold")?["value"] as? String == "0.77")
        #expect(try setting("threshold")?["origin"] as? String != "default")
        #expect(try setting("local_only")?["value"] as? String == "true")
        let said = try fleet.brim("say", "--json", "--out", fleet.directory + "/sound.wav", "halo")
        #expect(try Brim.objects(said.output).first?["voice"] as? String == "tiny", "\(said.error)")

        try fleet.publish(3)
        let (_, whole) = try fleet.release("apply", status: 1)
        let quarantined = try #require(whole["quarantined"] as? [String])
        #expect(quarantined.contains { $0.contains("configuration desk 2") && $0.contains("budget.alert_command") })
        #expect(quarantined.contains { $0.contains("voice tiny 2") })
        #expect(quarantined.count == 2)
        #expect(try fleet.brim("ask", "When does the pool of Ghent open?").output.contains("opens at eight"))
        #expect(try setting("threshold")?["value"] as? String == "0.77")
        #expect(try fleet.run("back", "collection", "town").status == 0)
        #expect(try fleet.brim("ask", "When does the pool of Ghent open?").output.contains("opens at seven"))
        #expect(try fleet.run("back", "collection", "town").status == 0)
        #expect(try fleet.brim("know", "list", "--json").output.isEmpty, "what was brought goes again")
    }

    @Test("A delta makes the next release; where its base is damaged or it is of another, the whole file is fetched")
    func deltas() throws {
        func hour(_ fleet: Fleet) throws -> String {
            try fleet.brim("ask", "When does the pool of Ghent open?").output
        }
        /// Takes away the whole file of the second release: only the delta can make it.
        func withdraw(_ fleet: Fleet) throws {
            let folder = fleet.directory + "/repository/targets/collections/town/2"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".town.md") {
                try FileManager.default.removeItem(atPath: folder + "/" + name)
            }
        }
        let fleet = try Fleet(fixture: "fleet-delta")
        try fleet.publish(1)
        #expect(try fleet.run("apply").status == 0)
        try withdraw(fleet)
        try fleet.publish(2)
        let made = try fleet.run("apply")
        #expect(made.status == 0 && !made.error.contains("cannot be used"), "\(made.error)")
        #expect(try hour(fleet).contains("opens at seven"))
        try fleet.publish(3)
        let other = try fleet.run("apply")
        #expect(other.status == 0, "\(other.error)")
        #expect(other.error.contains("The delta of collection town 3 cannot be used, and the whole file is fetched"))
        #expect(try hour(fleet).contains("opens at eight"))
        let slots = fleet.directory + "/data/brim/updates/slots/collection/town"
        #expect(try FileManager.default.subpathsOfDirectory(atPath: slots).allSatisfy { !$0.hasSuffix(".delta") })

        for isWithdrawn in [false, true] {
            let fleet = try Fleet(fixture: "fleet-delta")
            try fleet.publish(1)
            #expect(try fleet.run("apply").status == 0)
            let file = fleet.directory + "/data/brim/updates/slots/collection/town/current/town.md"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try text.replacing("at six", with: "at ten").write(toFile: file, atomically: false, encoding: .utf8)
            if isWithdrawn { try withdraw(fleet) }
            try fleet.publish(2)
            let applied = try fleet.run("apply")
            #expect(applied.error.contains("cannot be used, and the whole file is fetched"), "\(applied.error)")
            #expect(applied.status == (isWithdrawn ? 1 : 0))
            #expect(try fleet.release().release["installed"] as? Int == (isWithdrawn ? 1 : 2))
            if !isWithdrawn { #expect(try hour(fleet).contains("opens at seven")) }
        }
    }

    @Test("A device whose update is killed at a random moment runs a whole release, and the next update ends well")
    func kills() throws {
        let fleet = try Fleet(fixture: "fleet-delta")
        try fleet.publish(1)
        #expect(try fleet.run("apply").status == 0)
        try fleet.publish(2)
        let (data, first) = (fleet.directory + "/data", fleet.directory + "/first")
        try FileManager.default.moveItem(atPath: data, toPath: first)
        func begin() throws {
            if FileManager.default.fileExists(atPath: data) { try FileManager.default.removeItem(atPath: data) }
            try FileManager.default.copyItem(atPath: first, toPath: data)
        }
        try begin()
        let start = ContinuousClock.now
        #expect(try fleet.run("apply").status == 0)
        let whole = start.duration(to: .now) / .microseconds(1)
        let count = ProcessInfo.processInfo.environment["BRIM_UPDATE_CRASHES"].flatMap(Int.init) ?? 5
        var (before, after) = (0, 0)
        for kill in 0..<count {
            try begin()
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Brim.executable)
            process.arguments = ["update", "apply"]
            process.environment = fleet.environment
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.runReachable()
            usleep(UInt32.random(in: 1_000...UInt32(whole * 1.1)))
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let installed = try #require(try fleet.release().release["installed"] as? Int, "kill \(kill)")
            if installed == 1 { before += 1 } else { after += 1 }
            let slot = data + "/brim/updates/slots/collection/town/current/"
            let text = try String(contentsOfFile: slot + "town.md", encoding: .utf8)
            #expect(text.contains(installed == 1 ? "at six" : "at seven") && text.hasSuffix("\n\n"), "kill \(kill)")
            let applied = try fleet.run("apply")
            #expect(applied.status == 0, "kill \(kill): \(applied.error)")
            #expect(try fleet.release().release["installed"] as? Int == 2, "kill \(kill)")
        }
        print("\(count) kills of brim update apply: \(before) before the swap, \(after) behind it; one ran after each")
    }

    @Test("A model that says what its publisher measured is taken, and one that does not is quarantined")
    func selfTest() throws {
        let fleet = try Fleet(fixture: "fleet-model")
        try fleet.bringModel()
        try fleet.publish(1)
        #expect(try fleet.release("apply").release["installed"] as? Int == 1)
        try fleet.publish(2)
        let (release, whole) = try fleet.release("apply", status: 1)
        #expect(release["installed"] as? Int == 1)
        let reason = try #require((whole["quarantined"] as? [String])?.first)
        #expect(reason.contains("model default 2: reference 1 has the log-probability -3."), "\(reason)")
        #expect(reason.hasSuffix("its publisher measured -3.702"), "\(reason)")
        let names = try FileManager.default.contentsOfDirectory(
            atPath: fleet.directory + "/data/brim/updates/slots/model/default/b")
        #expect(!names.contains("m.gguf"), "what failed takes no room")
    }

    @Test("What makes the turns worse goes back by itself, says why and is not taken again")
    func trial() throws {
        let fleet = try Fleet(fixture: "fleet-kinds")
        try fleet.bringVoice()
        try fleet.publish(1)
        #expect(try fleet.run("apply").status == 0)
        let file = fleet.directory + "/data/brim/updates/turns.jsonl"
        #expect(try fleet.brim("ask", "What is 12 * 12?").status == 0)
        let line = try String(contentsOfFile: file, encoding: .utf8)
        let sample = try #require(try Brim.objects(line).first)
        #expect((sample["releases"] as? [String])?.count == 3 && sample["isError"] as? Bool == false)
        #expect(!line.contains("12 *"), "no word of what was said is kept")
        func add(_ turns: Int, isError: Bool) throws {
            let time = Int(Date().timeIntervalSince1970 * 1_000) + 1
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let new = "{\"time\":\(time),\"isError\":\(isError),\"isEscalated\":false,\"releases\":[]}\n"
            try (text + String(repeating: new, count: turns)).write(toFile: file, atomically: true, encoding: .utf8)
        }
        func hours() throws -> String? {
            try Brim.objects(try fleet.brim("config", "--json").output).first {
                $0["key"] as? String == "cache.hours"
            }?[
                "value"] as? String
        }
        try add(20, isError: false)
        try fleet.publish(2)
        #expect(try fleet.run("apply").status == 0)
        #expect(try hours() == "5")
        var trials = try #require(try fleet.release().whole["trials"] as? [[String: Any]])
        #expect(trials.first?["state"] as? String == "running")
        #expect((trials.first?["before"] as? [String: Any])?["turns"] as? Int == 21)
        try add(10, isError: true)
        let judged = try fleet.run("apply")
        #expect(judged.status == 1 && judged.error.contains("10 of 10 turns ended in an error"), "\(judged.error)")
        #expect(try hours() == "24")
        let whole = try fleet.release().whole
        #expect((whole["quarantined"] as? [String])?.first?.contains("configuration lobby 1: 10 of 10") == true)
        trials = try #require(whole["trials"] as? [[String: Any]])
        #expect(trials.isEmpty)
        #expect(try fleet.run("apply").status == 0 && hours() == "24")
    }

    @Test("A collection that somebody added is not taken from them by one of that name")
    func ownCollection() throws {
        let fleet = try Fleet(fixture: "fleet-kinds")
        try fleet.bringVoice()
        try fleet.publish(1)
        try "The pool of Ghent opens at nine.\n".write(
            toFile: fleet.directory + "/own.txt", atomically: true, encoding: .utf8)
        #expect(try fleet.brim("know", "add", fleet.directory + "/own.txt", "--name", "town").status == 0)
        let (_, whole) = try fleet.release("apply", status: 1)
        #expect((whole["quarantined"] as? [String])?.isEmpty == true, "it is taken as soon as the name is free")
        #expect((whole["last_result"] as? String)?.isEmpty == false)
        #expect(try fleet.brim("ask", "When does the pool of Ghent open?").output.contains("opens at nine"))
        #expect(try fleet.brim("know", "remove", "town").status == 0)
        #expect(try fleet.run("apply").status == 0)
        #expect(try fleet.brim("ask", "When does the pool of Ghent open?").output.contains("opens at seven"))
    }

    @Test("A repository that is gone, older or damaged changes nothing, and what runs runs on")
    func hostile() throws {
        let fleet = try Fleet()
        try fleet.publish(2)
        #expect(try fleet.run("apply").status == 0)
        let running = try fleet.running()
        try fleet.publish(1)
        let old = try fleet.run("apply")
        #expect(old.status == 1 && old.error.contains("was seen already"), "\(old.error)")
        #expect(try fleet.running() == running)
        let (release, whole) = try fleet.release()
        #expect(release["installed"] as? Int == 2)
        #expect((whole["problem"] as? String)?.contains("was seen already") == true)
        try fleet.publish(2)
        #expect(try fleet.release("apply").whole["problem"] == nil)
    }
}
