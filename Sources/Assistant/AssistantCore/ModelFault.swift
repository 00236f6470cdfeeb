/// An error of a model that knows whose fault it is.
public protocol ModelFault: Error {
    /// Whether another request may well succeed at once.
    var blamesRequest: Bool { get }
}
