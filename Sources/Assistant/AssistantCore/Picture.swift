/// A picture that is asked about, as it may leave this device: scaled down, and without what a camera wrote beside it.
package struct Picture: Sendable, Hashable {
    /// Of the file that it was made from.
    package var name: String
    /// JPEG.
    package var bytes: [UInt8]
    /// In pixels.
    package var width: Int
    package var height: Int

    package init(name: String, bytes: [UInt8], width: Int, height: Int) {
        (self.name, self.bytes) = (name, bytes)
        (self.width, self.height) = (width, height)
    }

    /// No vision model in use makes more tokens of it: one for each 14 × 14 pixels, and some around them.
    package var tokensAtMost: Int { ((width + 13) / 14) * ((height + 13) / 14) + 256 }

    /// `photo.jpg: 1024 × 768, 123.4 kB, without metadata`
    package var words: String {
        let kilobytes = (bytes.count + 50) / 100
        return "\(name): \(width) × \(height), \(kilobytes / 10).\(kilobytes % 10) kB, without metadata"
    }
}
