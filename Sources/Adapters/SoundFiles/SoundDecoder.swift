internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// Decodes FLAC and Opus to WAV, by Debian's programs in children with limits.
package struct SoundDecoder: Sendable {
    /// What a child may take.
    struct Limits: Sendable {
        /// Of the processor, and of the clock beside it: enough for the longest recording on a slow device.
        var seconds = 600
        var memoryBytes = 512 << 20
        /// Of decoded sound: three hours at 48 kHz in stereo.
        var writtenBytes = 2 << 30
    }

    var limits = Limits()

    package init() {}

    /// The sound of a file that is FLAC or Opus by its first bytes.
    ///
    /// The program reads the bytes from its standard input and is given no path: no name makes it do anything else.
    /// - Returns: `nil` for any other file.
    /// - Throws: ``SoundFileError``; `CancellationError` where the task is cancelled.
    package func sound(at path: String) async throws -> DecodedSound? {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
        else {
            return nil
        }
        guard let format = (try? Self.start(of: file)).flatMap(SoundFormat.init) else {
            try? file.close()
            return nil
        }
        return try await decode(file, format)
    }

    /// The sound of bytes that are FLAC or Opus; `nil` for any others.
    ///
    /// - Throws: as ``sound(at:)``.
    package func sound(of bytes: [UInt8]) async throws -> DecodedSound? {
        guard let format = SoundFormat(bytes.prefix(SoundFormat.startLength)) else { return nil }
        guard let input = try? ChildInput.descriptor(holding: bytes) else {
            throw SoundFileError(.noRoom, "there is no room for a temporary file")
        }
        return try await decode(FileDescriptor(rawValue: input), format)
    }

    private static func start(of file: FileDescriptor) throws -> ArraySlice<UInt8> {
        var bytes = [UInt8](repeating: 0, count: SoundFormat.startLength)
        let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe file.read(fromAbsoluteOffset: 0, into: $0) }
        return bytes[..<count]
    }

    /// - Parameter input: is closed.
    private func decode(_ input: FileDescriptor, _ format: SoundFormat) async throws -> DecodedSound {
        let program = format.program
        guard ChildProgram.isInstalled(program.name) else {
            try? input.close()
            throw SoundFileError(
                .noProgram,
                "it is \(format.name), and \(program.name), which decodes it, is not installed: apt install \(program.package)"
            )
        }
        guard let sound = DecodedSound() else {
            try? input.close()
            throw SoundFileError(.noRoom, "there is no room for a temporary file")
        }
        let status: TerminationStatus?
        do {
            status = try await withTimeLimit(.seconds(limits.seconds)) {
                try await run(program, from: input, into: sound)
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw SoundFileError(
                .damaged, "\(program.name) did not come to an end with it: \(error)", underlying: error)
        }
        try Task.checkCancellation()
        if status?.isSuccess == true, sound.byteCount > 0 { return sound }
        guard let status, status != .signaled(SIGXCPU), status != .signaled(SIGXFSZ),
            sound.byteCount < limits.writtenBytes
        else {
            throw SoundFileError(.tooLong, "there is more sound in it than is decoded; cut it into pieces")
        }
        throw SoundFileError(.damaged, "it is \(format.name) that \(program.name) cannot read: it is damaged")
    }

    private func run(
        _ program: SoundFormat.Program, from input: FileDescriptor, into sound: DecodedSound
    ) async throws -> TerminationStatus {
        let limited = ChildProgram.limited(
            program.name, program.arguments, seconds: limits.seconds, memoryBytes: limits.memoryBytes,
            writtenBytes: limits.writtenBytes)
        var options = PlatformOptions()
        // Whatever it starts itself ends with it.
        options.processGroupID = 0
        return try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(limited), environment: .minimal(adding: ["LC_ALL": "C.UTF-8"]),
            workingDirectory: "/", platformOptions: options,
            input: .fileDescriptor(input, closeAfterSpawningProcess: true),
            output: .fileDescriptor(FileDescriptor(rawValue: sound.descriptor), closeAfterSpawningProcess: false),
            error: .discarded
        ).terminationStatus
    }
}
