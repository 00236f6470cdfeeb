internal import DeviceSensors

/// Finds the files that may be HailoRT. Its name carries its whole version, and it comes without a `.pc` file.
struct LibrarySearch {
    static let directories = ["/usr/lib", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib"]

    /// What to try, in this order: the loader's own search (on this machine itself), then the plain name, then the newest
    /// of 5.x and 4.x.
    static func candidates(under root: SystemRoot) -> [String] {
        let found = directories.flatMap { directory in
            root.names(in: directory).filter { $0.hasPrefix("libhailort.so") }.map { (directory, $0) }
        }
        let plain = found.filter { $0.1 == "libhailort.so" }
        let versioned = found.compactMap { directory, name in version(of: name).map { (directory, name, $0) } }
            .sorted { $0.2.isNewer(than: $1.2) }.map { ($0.0, $0.1) }
        let paths = (plain + versioned).map { root.place("\($0.0)/\($0.1)") }
        return root.isReal ? ["libhailort.so"] + paths : paths
    }

    private static func version(of name: String) -> HailoVersion? {
        HailoVersion(String(name.dropFirst("libhailort.so.".count))).flatMap { [4, 5].contains($0.major) ? $0 : nil }
    }
}

extension HailoVersion {
    fileprivate func isNewer(than other: HailoVersion) -> Bool {
        (major, minor, revision) > (other.major, other.minor, other.revision)
    }
}
