/// What changes one file into another, as a file of its own: see ``DeltaHeader`` for its form.
package struct FileDelta: Sendable {
    /// Bytes of the new file that stand for the same thing as bytes of the base, such as a tensor's.
    package struct Segment: Sendable, Hashable {
        package let base: Range<Int64>
        package let new: Range<Int64>

        /// `nil` for ranges of different lengths.
        package init?(base: Range<Int64>, new: Range<Int64>) {
            guard base.upperBound - base.lowerBound == new.upperBound - new.lowerBound, base.lowerBound >= 0,
                new.lowerBound >= 0
            else { return nil }
            self.base = base
            self.new = new
        }
    }

    /// What was made.
    package struct Outcome: Sendable, Hashable {
        package var bytes: Int64
        package var newBytes: Int64
        /// Bytes of the segments that differ from what they stand for.
        package var changedBytes: Int64
        package var segments: Int
    }

    // MARK: Making

    /// Makes the delta of two files. Memory: about 30 MB, whatever their size.
    ///
    /// - Parameters:
    ///   - segments: do not overlap in the new file.
    ///   - progress: gets the share of the new file that is done, 0 to 1.
    /// - Throws: ``UpdateError`` where a file cannot be read or written; `CancellationError`.
    package static func make(
        from base: String, to new: String, segments: [Segment], at destination: String,
        progress: (Double) -> Void = { _ in }
    ) throws -> Outcome {
        let (base, new) = (
            try RandomAccessFile(base, followsLinks: true), try RandomAccessFile(new, followsLinks: true)
        )
        let header = DeltaHeader(
            base: DeltaHeader.File(length: base.length, sha256: try base.sha256()),
            new: DeltaHeader.File(length: new.length, sha256: try new.sha256()))
        let file = try GrowingFile(destination + ".new")
        do {
            try file.append(header.bytes)
            var writer = DeltaWriter(base, new, file)
            var offset: Int64 = 0
            for segment in segments.sorted(by: { $0.new.lowerBound < $1.new.lowerBound })
            where segment.new.lowerBound >= offset && segment.new.upperBound <= new.length
                && segment.base.upperBound <= base.length && !segment.new.isEmpty
            {
                try writer.patch(offset..<segment.new.lowerBound)
                try writer.difference(segment) { progress(Double($0) / Double(max(1, new.length))) }
                offset = segment.new.upperBound
                writer.outcome.segments += 1
            }
            try writer.patch(offset..<new.length) { progress(Double($0) / Double(max(1, new.length))) }
            try writer.finish()
            let directory = destination.lastIndex(of: "/").map { String(destination[..<$0]) } ?? "."
            try file.place(at: destination, in: directory.isEmpty ? "/" : directory)
            writer.outcome.bytes = try RandomAccessFile(destination).length
            writer.outcome.newBytes = new.length
            return writer.outcome
        } catch {
            file.remove()
            throw error
        }
    }

    // MARK: Applying

    /// Makes the new file of the base and a delta. Memory: at most 10 MB, whatever their size.
    ///
    /// - Parameter progress: gets the bytes of the new file that are done.
    /// - Throws: ``UpdateError/Code/mismatched`` where the base is another, the delta is damaged, or what comes out is not what it
    ///   should be; then there is no file.
    package static func apply(
        _ delta: String, to base: String, at destination: String, in directory: String,
        progress: (Int64) -> Void = { _ in }
    ) throws {
        let (delta, base) = (
            try RandomAccessFile(delta, followsLinks: true), try RandomAccessFile(base, followsLinks: true)
        )
        guard delta.length >= DeltaHeader.byteCount, let header = DeltaHeader(try delta.read(0, DeltaHeader.byteCount))
        else { throw UpdateError(.mismatched, "that is no delta of a form that is known here; take the whole file") }
        guard base.length == header.base.length, try base.sha256() == header.base.sha256 else {
            throw UpdateError(
                .mismatched, "the delta is of another file than the one that is here; take the whole file")
        }
        let file = try GrowingFile(destination + ".new")
        do {
            var reader = DeltaReader(delta, base, header)
            var digest = RunningDigest()
            while let piece = try reader.next() {
                try Task.checkCancellation()
                digest.update(piece)
                try file.append(piece)
                progress(reader.written)
            }
            guard digest.sha256 == header.new.sha256 else {
                throw UpdateError(.mismatched, "what the delta makes is not what it should be; take the whole file")
            }
            try file.place(at: destination, in: directory)
        } catch {
            file.remove()
            throw error
        }
    }
}
