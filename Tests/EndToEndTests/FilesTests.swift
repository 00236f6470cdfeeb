import Foundation
import Testing

/// What commands read and write that is no file, and what they say where the system refuses.
@Suite(.serialized) struct FilesTests {
    private let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "brim-files-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// Runs a script of bash in which `$BRIM` is the program and `$DIR` the test's own directory.
    private func bash(_ script: String, input: String? = nil) throws -> Shell.Result {
        let environment = Brim.environment().merging(["BRIM": Brim.executable, "DIR": directory]) { $1 }
        return try Shell.run("bash", ["-c", script], input: input, environment: environment)
    }

    @Test(
        "a pipe of the shell, a FIFO and /dev/stdin are read like files, by every command that reads one",
        arguments: [
            "<(printf '%s' \"$TEXT\")", "/dev/stdin <<<\"$TEXT\"", "$DIR/fifo & printf '%s' \"$TEXT\" >$DIR/fifo; wait",
        ])
    func pipes(source: String) throws {
        let commands = [
            ("{\"prompt_ids\":[1],\"output_ids\":[2]}", "$BRIM logprobs", "logprobs"),
            ("Some words to be scored, one after the other.", "$BRIM perplexity --json", "perplexity"),
            ("{\"prompt\":\"What is 2 + 2?\"}", "$BRIM ask --batch", "done"),
            ("root ::= \"yes\"", "$BRIM ask Hello --grammar", "yes"),
            ("{\"const\": 7}", "$BRIM ask Hello --json-schema", "7"),
        ]
        _ = try bash("mkfifo $DIR/fifo")
        for (text, command, word) in commands {
            let result = try bash("TEXT='\(text)'; \(command) \(source)")
            #expect(result.status == 0 && result.output.contains(word), "\(command) \(source): \(result.error)")
        }
        let sound = "/usr/share/sounds/alsa/Front_Left.wav"
        #expect(try bash("$BRIM transcribe <(cat \(sound))").output.lowercased().contains("left"))
    }

    @Test("what cannot be read is told with the system's own reason")
    func unreadable() throws {
        let cases = [
            ("$BRIM ask --config $DIR/none.yaml Hello", "none.yaml cannot be read: there is no such file"),
            ("$BRIM ask --batch $DIR/none", "none cannot be read: No such file or directory"),
            ("$BRIM ask --grammar $DIR Hello", "cannot be read: Is a directory"),
            ("$BRIM perplexity $DIR/none", "none cannot be read: No such file or directory"),
            ("$BRIM transcribe $DIR/none.wav", "none.wav cannot be read: No such file or directory"),
            ("$BRIM transcribe $DIR", "cannot be read: Is a directory"),
            ("$BRIM ask --config $DIR Hello", "cannot be read: it is not a plain file"),
            ("$BRIM ask --batch $DIR/a/b/c", "No such file or directory"),
            ("$BRIM ask --batch /dev/null", "the batch has no questions"),
        ]
        for (command, words) in cases {
            let result = try bash(command)
            #expect(result.status == 1 && result.error.contains(words), "\(command): \(result.error)")
            #expect(!result.error.contains("NSCocoa") && !result.error.contains("permission"), "\(result.error)")
        }
    }

    @Test("a full disk behind the output is told as one, and a reader that has gone is not an error of the disk")
    func fullDisk() throws {
        for command in ["ask --max-tokens 4 Hello", "config", "tokenize", "ask --json --max-tokens 4 Hello"] {
            let result = try bash("echo x | $BRIM \(command) >/dev/full")
            #expect(
                result.status == 1 && result.error.contains("No space left on device"), "\(command): \(result.error)")
        }
        let closed = try bash("$BRIM config >&-")
        #expect(closed.status == 1 && closed.error.contains("closed"), "\(closed.error)")
    }

    @Test("an empty question is wrong usage, however its blanks are written")
    func blank() throws {
        for words in ["''", "'   '", "$'\\n\\t'", "$'\\xe2\\x80\\x8b\\xe2\\x80\\x8d'", "'' ''"] {
            for command in ["ask", "ask --json", "route"] {
                let result = try bash("$BRIM \(command) \(words)")
                #expect(result.status == 2 && result.output.isEmpty, "\(command) \(words)")
                #expect(result.error.contains("the prompt is empty"), "\(result.error)")
            }
        }
    }

    @Test("the time zone is read as the C library reads it")
    func timeZone() throws {
        func hour(_ zone: String) throws -> Int {
            let result = try bash("TZ='\(zone)' $BRIM ask --json 'What time is it?'")
            let text = try #require(try Brim.objects(result.output).last?["text"] as? String)
            let digits = try #require(text.firstMatch(of: /(\d{1,2}):\d\d/), "\(text)")
            return try #require(Int(digits.1))
        }
        // Not in the last seconds of an hour.
        let utc = try hour("UTC0")
        guard utc == (try hour("UTC0")) else { return }
        for zone in ["XYZ-3", ":XYZ-3", "XYZ-3XYS-3,M3.5.0,M10.5.0/3"] {
            #expect(try hour(zone) == (utc + 3) % 24, "\(zone)")
        }
    }
}
