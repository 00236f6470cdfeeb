// Feeds damaged GGUF files to the parser: `gguf-fuzz COUNT SEED FILE`, where FILE is a scratch file for the mapped
// half. `gguf-fuzz overrun` reads one byte too many on purpose, to show that the sanitizer is awake.
//
// Built by `run` together with the sources of the room, as one module.
import Glibc

func fail(_ message: String) -> Never {
    print("gguf-fuzz: \(message)")
    exit(1)
}

func overrun() {
    let image = FileImage(copying: GGUFBuilder.sample().build(), path: "overrun")
    let byte = image.withUnsafeBytes(in: 0..<image.count) {
        $0.baseAddress!.load(fromByteOffset: image.count, as: UInt8.self)
    }
    fail("read \(byte) past the end, and nobody noticed")
}

func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { fail("cannot write \(path)") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { fail("cannot write \(path)") }
}

/// Runs in a function, so that everything it made is gone when the sanitizer looks for leaks.
func feed(count: Int, seed: UInt64, path: String) {
    var mutator = GGUFMutator(seed: seed)
    var exerciser = GGUFExerciser()
    for _ in 0..<count {
        let bytes = mutator.next()
        exerciser.exercise { () throws(GGUFError) in try GGUFFile(bytes: bytes, name: "mutant") }
        write(bytes, to: path)
        exerciser.exercise { () throws(GGUFError) in try GGUFFile(path: path) }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print("gguf-fuzz: \(count) files, each in memory and mapped:", terminator: " ")
    print("\(exerciser.refused) refused, \(exerciser.loaded) read in full;", terminator: " ")
    print("peak memory \(usage.ru_maxrss / 1024) MiB with the sanitizer's own")
}

let arguments = CommandLine.arguments
if arguments.count == 2, arguments[1] == "overrun" { overrun() }
guard arguments.count == 4, let count = Int(arguments[1]), let seed = UInt64(arguments[2]) else {
    fail("usage: gguf-fuzz COUNT SEED FILE")
}
alarm(240)  // A hang ends the process.
feed(count: count, seed: seed, path: arguments[3])
