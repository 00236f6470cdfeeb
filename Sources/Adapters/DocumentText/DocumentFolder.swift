internal import Foundation

/// The documents of a folder, or a single one.
package struct DocumentFolder: Sendable {
    /// A document's file.
    package struct File: Sendable, Hashable {
        /// Inside the folder.
        package var path: String
        package var kind: DocumentKind
        /// Tells one state of the file from another: its size and the time of its last change.
        package var fingerprint: String
    }

    /// Something that is not read, and why.
    package struct Skipped: Sendable, Hashable {
        package var path: String
        package var reason: String
    }

    package struct Listing: Sendable, Hashable {
        /// In the order of their paths.
        package var files: [File] = []
        package var skipped: [Skipped] = []
    }

    /// More documents are no folder of somebody's papers.
    private static let mostFiles = 200_000
    private static let deepest = 64
    /// Changes when the same file would be read otherwise than before.
    private static let readerVersion = 2

    /// An absolute path.
    let root: String

    /// - Parameter root: of a file or a folder; a link here is followed, since somebody named it.
    /// - Throws: ``DocumentError/Code/unreadable`` where there is nothing.
    package init(_ root: String) throws(DocumentError) {
        guard let real = unsafe realpath(root, nil) else {
            throw DocumentError(
                .unreadable, unsafe "\(root) cannot be read: \(String(cString: strerror(errno)))")
        }
        self.root = unsafe String(cString: real)
        unsafe free(real)
    }

    /// The path as it is kept: without links.
    package var path: String { root }

    /// Where a document of the listing lies.
    package func location(of file: File) -> String { isFile ? root : root + "/" + file.path }

    private var isFile: Bool { Self.status(root).map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

    /// All documents below, hidden ones left out. No link is followed: one that leads out of the folder is said to be
    /// skipped, one that stays inside leads to what is read anyway.
    package func listing() throws(DocumentError) -> Listing {
        var listing = Listing()
        if isFile {
            let name = (root as NSString).lastPathComponent
            guard let file = Self.file(name, at: root) else {
                throw DocumentError(
                    .unreadable,
                    "\(root) is no document: text, Markdown, HTML, PDF, DOCX, EPUB, ZIM, manual pages and texts of info are read"
                )
            }
            listing.files = [file]
            return listing
        }
        try list("", depth: 0, into: &listing)
        listing.files.sort { $0.path < $1.path }
        return listing
    }

    private func list(_ folder: String, depth: Int, into listing: inout Listing) throws(DocumentError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? root : root + "/" + folder)
        } catch {
            listing.skipped.append(Skipped(path: folder, reason: "it cannot be listed: \(error.localizedDescription)"))
            return
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder.isEmpty ? name : folder + "/" + name
            guard let status = Self.status(root + "/" + path) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                if let reason = reasonNotFollowed(path) { listing.skipped.append(Skipped(path: path, reason: reason)) }
            case S_IFDIR where depth < Self.deepest: try list(path, depth: depth + 1, into: &listing)
            case S_IFREG:
                guard let file = Self.file(path, at: root + "/" + path) else { continue }
                listing.files.append(file)
                guard listing.files.count <= Self.mostFiles else {
                    throw DocumentError(
                        .tooLarge, "\(root) has more than \(Self.mostFiles) documents: add its folders one by one")
                }
            default: break
            }
        }
    }

    private func reasonNotFollowed(_ path: String) -> String? {
        guard let target = unsafe realpath(root + "/" + path, nil) else { return "it is a link to nothing" }
        defer { unsafe free(target) }
        let isInside = unsafe String(cString: target).hasPrefix(root + "/")
        return isInside ? nil : "it is a link that leads out of the folder, and is not followed"
    }

    private static func file(_ path: String, at location: String) -> File? {
        guard let kind = DocumentKind(fileName: (path as NSString).lastPathComponent),
            let status = status(location)
        else { return nil }
        let time = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        return File(path: path, kind: kind, fingerprint: "\(readerVersion):\(status.st_size):\(time)")
    }

    /// Of the name itself, and not of what it links to.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }
}
