import Foundation
import Testing

@testable import Kernels

@Suite("Instruction sets")
struct InstructionSetTests {
    @Test("an instruction set is in use")
    func active() { #expect(InstructionSet.available.contains(InstructionSet.active)) }

    @Test("the scalar kernels are on every processor, and one of x86 and Arm never has the other's")
    func available() {
        #expect(InstructionSet.available.first == .scalar)
        #expect(!InstructionSet.available.contains(.avx2) || !InstructionSet.available.contains(.neon))
    }

    @Test("a level that this processor lacks is refused by name")
    func refusal() throws {
        let missing = try #require(InstructionSet.allCases.first { !InstructionSet.available.contains($0) })
        let error = #expect(throws: KernelError.self) { try missing.select() }
        #expect(error?.code == .unavailableInstructionSet)
        #expect(error?.description.contains(missing.rawValue) == true)
    }

    @Test(
        "every kernel gives what its definition says: tails, extremes, NaN, Inf, unaligned data",
        arguments: ["native", "avx512vnni", "neon"])
    func definitions(level: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../CKernelsCheck/run")
        process.arguments = [level]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus == 77 { try Test.cancel("\(said)") }
        #expect(process.terminationStatus == 0, "\(said)")
    }
}
