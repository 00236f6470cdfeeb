import DeviceSensors
import Foundation
import Hat

@main
struct HatProbe {
    static func main() throws {
        let process = ProcessInfo.processInfo
        try BoardProbeChild.run(root: SystemRoot(environment: process.environment), arguments: process.arguments)
    }
}
