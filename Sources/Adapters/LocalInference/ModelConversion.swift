internal import Foundation
internal import GGUF
internal import Kernels
internal import Transformer

/// Writes a model's file anew in another type of weights, whole or not at all.
package struct ModelConversion: Sendable {
    /// Types that can be asked for, the smallest first, with the bits of a weight.
    package static var types: [(name: String, bitsPerWeight: Double)] {
        ModelRewriter.types.map { ($0.name, $0.bitsPerWeight) }
    }

    package let source: String
    package let destination: String
    /// What matrices become, one of ``types``; `nil` leaves them as they are.
    package let type: String?
    /// What the matrix before the logits becomes in place of that, and the embedding, where that is another.
    package let head, embedding: String?
    /// Whether the head takes the type as well, whatever it costs.
    package let isPure: Bool
    /// Whether an existing file is replaced.
    package let replaces: Bool
    /// Threads that compute.
    package let threads: Int

    package init(
        source: String, destination: String, type: String?, head: String? = nil, embedding: String? = nil,
        isPure: Bool = false, replaces: Bool = false, threads: Int
    ) {
        self.source = source
        self.destination = destination
        self.type = type
        self.head = head
        self.embedding = embedding
        self.isPure = isPure
        self.replaces = replaces
        self.threads = threads
    }

    /// What was written.
    package struct Report: Sendable, Hashable {
        package let sourceBytes: Int
        package let writtenBytes: Int
        /// Number of tensors of each type in the new file.
        package let tensors: [String: Int]
        /// Tensors whose rows do not fit the type, and the type they have in its stead.
        package let fallbacks: [String: String]
        /// Types of the source that had lost precision already.
        package let requantised: [String]
    }

    /// Reads, converts and writes, on a thread of its own.
    ///
    /// - Parameter progress: called on that thread with the share that is done, 0 … 1.
    /// - Throws: ``LocalInferenceError``: `invalidRequest`, `unusableModel`, `fileSystem`; `CancellationError`. In each
    ///   case the destination is as it was.
    package func run(progress: @escaping @Sendable (Double) -> Void = { _ in }) async throws -> Report {
        let cancel = CancelFlag()
        return try await withTaskCancellationHandler {
            try await InferenceThread.run(name: "brim-convert") {
                try convert { share in
                    progress(share)
                    return !cancel.isRaised
                }
            }
        } onCancel: {
            cancel.raise()
        }
    }

    private func convert(_ progress: (Double) -> Bool) throws -> Report {
        let type = try Self.weightType(named: self.type)
        let head = try Self.weightType(named: self.head)
        let embedding = try Self.weightType(named: self.embedding)
        if !replaces, FileManager.default.fileExists(atPath: destination) {
            throw LocalInferenceError(
                .fileSystem, "\(destination) is there already; choose another name, or replace it with --force.")
        }
        do {
            let file = try GGUFFile(path: source)
            let rewriter = try ModelRewriter(file, type: type, isPure: isPure, head: head, embedding: embedding)
            try requireRoom(for: rewriter.byteCount)
            let pool = try WorkerPool(threads: threads)
            var output = try PartialFile(for: destination)
            try rewriter.write(pool: pool, progress: progress) { bytes in try output.write(bytes) }
            try file.checkUnchanged()
            try output.commit(replaces: replaces)
            return report(file, rewriter)
        } catch {
            throw LocalInferenceError.reading(error)
        }
    }

    private static func weightType(named name: String?) throws(LocalInferenceError) -> WeightType? {
        guard let name else { return nil }
        guard let type = ModelRewriter.types.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            let known = ModelRewriter.types.map(\.name).joined(separator: ", ")
            throw LocalInferenceError(.invalidRequest, "There is no type \(name) to write; choose one of \(known).")
        }
        return type
    }

    private func requireRoom(for byteCount: Int) throws(LocalInferenceError) {
        let folder = (destination as NSString).deletingLastPathComponent
        var information = statvfs()
        guard unsafe statvfs(folder.isEmpty ? "." : folder, &information) == 0 else { return }
        let (free, overflow) = Int(information.f_bavail).multipliedReportingOverflow(by: Int(information.f_frsize))
        guard overflow || free >= byteCount else {
            throw LocalInferenceError(
                .fileSystem,
                "\(destination) needs \(byteCount / 1_000_000) MB, and its disk has \(free / 1_000_000) MB; make room, "
                    + "or write to another disk.")
        }
    }

    private func report(_ file: GGUFFile, _ rewriter: ModelRewriter) -> Report {
        var tensors: [String: Int] = [:]
        var fallbacks: [String: String] = [:]
        var requantised: Set<String> = []
        for step in rewriter.steps {
            tensors[step.type?.name ?? step.tensor.type.name, default: 0] += 1
            if step.isFallback { fallbacks[step.tensor.name] = step.type?.name ?? step.tensor.type.name }
            let source = WeightType(rawValue: step.tensor.type.id)
            if step.type != nil, let source, source.isQuantised { requantised.insert(source.name) }
        }
        return Report(
            sourceBytes: file.byteCount, writtenBytes: rewriter.byteCount, tensors: tensors, fallbacks: fallbacks,
            requantised: requantised.sorted())
    }
}
