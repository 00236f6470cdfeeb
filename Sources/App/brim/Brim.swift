import ArgumentParser

@main
struct Brim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "brim")
}
