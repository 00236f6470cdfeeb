import Testing

@testable import Kernels

@Test("an instruction set is in use")
func active() { #expect(InstructionSet.available.contains(InstructionSet.active)) }
