/// A kind of sound file that a program of Debian's decodes, told by its first bytes.
enum SoundFormat: Sendable, CaseIterable {
    case flac, opus

    /// A program that reads the file from its standard input and writes WAV to its standard output.
    struct Program: Sendable {
        var name: String
        var arguments: [String]
        /// Debian's package that has it.
        var package: String
    }

    /// So many bytes tell the kinds apart.
    static let startLength = 64

    /// - Parameter start: the first ``startLength`` bytes, or as many as there are.
    init?(_ start: some Collection<UInt8>) {
        // The first page of an Ogg file holds the head of its codec, behind 28 bytes of the page's own.
        if start.starts(with: "fLaC".utf8) {
            self = .flac
        } else if start.starts(with: "OggS".utf8), start.dropFirst(28).starts(with: "OpusHead".utf8) {
            self = .opus
        } else {
            return nil
        }
    }

    var name: String {
        switch self {
        case .flac: "FLAC"
        case .opus: "Opus"
        }
    }

    var program: Program {
        switch self {
        case .flac:
            Program(name: "flac", arguments: ["--decode", "--stdout", "--silent", "-"], package: "flac")
        case .opus:
            Program(
                name: "opusdec", arguments: ["--quiet", "--force-wav", "--rate", "16000", "-", "-"],
                package: "opus-tools")
        }
    }
}
