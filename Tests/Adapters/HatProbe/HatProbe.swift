import Foundation
import Hat

@main
struct HatProbe {
    static func main() throws {
        let process = ProcessInfo.processInfo
        try BoardProbeChild.run(root: HatRoot(environment: process.environment), arguments: process.arguments)
    }
}
