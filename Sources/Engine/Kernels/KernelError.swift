/// What went wrong with weights or settings that came from outside. A programmer's mistake (wrong shapes) traps instead.
public struct KernelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure; more may come.
    public struct Code: Sendable, Hashable {
        let name: String

        /// A tensor has a type this module does not know.
        public static let unsupportedType = Code(name: "unsupportedType")
        /// Rows, columns and bytes of a tensor do not fit together.
        public static let wrongShape = Code(name: "wrongShape")
        /// A scale of a tensor is NaN or infinite.
        public static let invalidScale = Code(name: "invalidScale")
        /// The system gave no memory or no thread.
        public static let outOfResources = Code(name: "outOfResources")
        /// The processor does not have the instruction set that was asked for.
        public static let unavailableInstructionSet = Code(name: "unavailableInstructionSet")
    }

    /// What kind of failure it was.
    public let code: Code
    /// What happened, in one line.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
