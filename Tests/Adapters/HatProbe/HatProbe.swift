import Foundation
import Hat

@main
struct HatProbe {
    static func main() throws {
        try BoardProbeChild.run(root: HatRoot(environment: ProcessInfo.processInfo.environment))
    }
}
