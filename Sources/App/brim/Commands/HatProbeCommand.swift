import DeviceSensors
import ArgumentParser
import Foundation
import Hat

/// `brim hat-probe`: the child process in which HailoRT is loaded, and which may die of it. Brim starts it itself.
struct HatProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hat-probe", abstract: "What HailoRT says of the boards, as JSON.", shouldDisplay: false)

    @Flag(help: "One for each byte of the input, until it ends.") var samples = false

    func run() throws {
        let process = ProcessInfo.processInfo
        try BoardProbeChild.run(root: SystemRoot(environment: process.environment), arguments: process.arguments)
    }
}
