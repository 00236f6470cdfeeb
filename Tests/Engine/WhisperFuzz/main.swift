// Feeds damaged sound and model files to the speech engine: `whisper-fuzz COUNT SEED DIRECTORY`, where DIRECTORY is a
// scratch folder. `whisper-fuzz overrun` reads one byte too many on purpose, to show that the sanitizer is awake.
//
// Built by `run` together with the sources of the room, as one module.
import Glibc
import Kernels

func fail(_ message: String) -> Never {
    print("whisper-fuzz: \(message)")
    exit(1)
}

func overrun() {
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    bytes.initialize(repeating: 1, count: 8)
    fail("read \(bytes[Int(CommandLine.argc) + 6]) past the end, and nobody noticed")
}

func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w") else { fail("cannot write \(path)") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { fail("cannot write \(path)") }
}

struct Fuzzer {
    var random: SplitMix64
    let directory: String
    var refused = 0
    var used = 0

    /// Values that have broken parsers before, little-endian.
    static let suspects: [UInt32] = [
        0, 1, 2, 3, 7, 8, 16, 40, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x1_0000, 0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFF7, 0xFFFF_FFFE, 0xFFFF_FFFF,
    ]

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    /// Some bytes of a file changed, or its end cut off.
    mutating func damaged(_ sound: [UInt8], within count: Int) -> [UInt8] {
        var bytes = sound
        for _ in 0...below(4) {
            let place = below(min(count, bytes.count))
            switch below(4) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(below(256))
            default:
                let value = Self.suspects[below(Self.suspects.count)]
                for index in 0..<4 where place + index < bytes.count {
                    bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
                }
            }
        }
        if below(4) == 0 { bytes.removeLast(below(bytes.count)) }
        return bytes.isEmpty ? [0] : bytes
    }

    /// A file of some rate, width, kind and channel count, with a chunk before its sound.
    mutating func wave() -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        func half(_ value: Int) -> [UInt8] { Array(word(value)[..<2]) }
        let (bits, channels) = ([8, 16, 24, 32, 64][below(5)], 1 + below(6))
        let isExtensible = below(2) == 0
        let kind = bits == 64 || bits == 32 && below(2) == 0 ? 3 : 1
        let rate = [8_000, 11_025, 16_000, 44_100, 48_000, 192_000][below(6)]
        var format = half(isExtensible ? 0xFFFE : kind) + half(channels) + word(rate)
        format += word(rate * channels * bits / 8) + half(channels * bits / 8) + half(bits)
        if isExtensible { format += half(22) + half(bits) + word(0) + half(kind) + [UInt8](repeating: 7, count: 14) }
        let sound = (0..<below(4_000)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let odd = (0..<below(9)).map { UInt8($0) }
        let body =
            Array("WAVEfmt ".utf8) + word(format.count) + format + Array("LIST".utf8) + word(odd.count) + odd
            + (odd.count % 2 == 1 ? [0] : []) + Array("data".utf8) + word(sound.count) + sound
        return Array("RIFF".utf8) + word(body.count) + body
    }

    mutating func feedSound() {
        let bytes = damaged(wave(), within: 120)
        let path = directory + "/sound.wav"
        write(bytes, to: path)
        for isOnDisk in [false, true] {
            do throws(WAVError) {
                let file = isOnDisk ? try WAVFile(path: path) : try WAVFile(bytes)
                var samples: [Float] = []
                try file.appendMono(0..<file.frameCount, to: &samples)
                guard samples.allSatisfy({ -1...1 ~= $0 }), samples.count <= bytes.count else { fail("invented sound") }
                used += 1
            } catch {
                guard !error.description.isEmpty, !error.description.contains("\n") else { fail("no sentence") }
                refused += 1
            }
        }
    }

    /// One of a model's three files damaged; what loads all the same has to listen.
    mutating func feedModel(_ model: [UInt8], _ words: [UInt8], _ settings: [UInt8], index: Int, pool: WorkerPool) {
        let kind = below(4)
        write(kind > 1 ? damaged(model, within: index) : model, to: directory + "/model.bin")
        write(kind == 0 ? damaged(words, within: words.count) : words, to: directory + "/vocabulary.txt")
        write(kind == 1 ? damaged(settings, within: settings.count) : settings, to: directory + "/config.json")
        do {
            let loaded = try WhisperModel(directory: directory, pool: pool)
            let recogniser = try SpeechRecogniser(
                SpeechListener(loaded, pool: pool), options: RecognitionOptions(findsWords: true))
            recogniser.append((0..<8_000).map { Float(sin(Double($0 * $0 % 997))) })
            _ = recogniser.finish()
            used += 1
        } catch {
            guard !"\(error)".isEmpty else { fail("no sentence") }
            refused += 1
        }
    }
}

func feed(count: Int, seed: UInt64, directory: String) throws {
    let pool = try WorkerPool(threads: 1)
    let builder = ModelFileBuilder.whisper(width: 64, layers: 1, positions: 32)
    let model = builder.file()
    // Most of a model's bytes are the embeddings; the names and sizes lie before and behind them.
    let index = 60_000
    let special = [
        "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>",
        "<|startofprev|>", "<|nocaptions|>", "<|notimestamps|>",
    ]
    let times = (0...1500).map { "<|\($0 / 50).\($0 % 50 * 2 / 10)\($0 % 50 * 2 % 10)|>" }
    let pieces = (0..<51_864 - special.count - times.count).map { "Ġw\($0)" }
    let words = Array((pieces + special + times).joined(separator: "\n").utf8)
    let settings = Array("{\"suppress_ids\": [1, 2], \"suppress_ids_begin\": [3], \"alignment_heads\": [[0, 0]]}".utf8)
    var fuzzer = Fuzzer(random: SplitMix64(seed: seed), directory: directory)
    for number in 0..<count {
        // A model takes a hundred times as long as a sound.
        if number % 4 == 3 {
            fuzzer.feedModel(model, words, settings, index: index, pool: pool)
        } else {
            fuzzer.feedSound()
        }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print("whisper-fuzz: \(count) files, sounds each in memory and on disk:", terminator: " ")
    print("\(fuzzer.refused) refused, \(fuzzer.used) used to the end;", terminator: " ")
    print("peak memory \(usage.ru_maxrss / 1024) MiB with the sanitizer's own")
}

let arguments = CommandLine.arguments
if arguments.count == 2, arguments[1] == "overrun" { overrun() }
guard arguments.count == 4, let count = Int(arguments[1]), let seed = UInt64(arguments[2]) else {
    fail("usage: whisper-fuzz COUNT SEED DIRECTORY")
}
alarm(1_200)  // A hang ends the process.
try feed(count: count, seed: seed, directory: arguments[3])
