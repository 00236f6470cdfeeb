// swift-tools-version: 6.2
// The house of Brim. Arrows point down only; `Sources/ARCHITECTURE.md` says what each room is for.
import PackageDescription

/// Settings of every Swift target: Swift 6 mode, the strictest diagnostics, and warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Debug builds compile C at -O0; the kernels would make every test crawl.
let optimisedC: [CSetting] = [
    .unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror"])
]

/// The program as it ships: less of it is read at the start and stays in memory than with the linker's defaults.
let compactLinking: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld"]
            + [
                // The places to relocate as a bitmap, one body for functions that are alike, and no table of names for
                // libraries that would link against a program.
                "-z", "pack-relative-relocs", "--icf=safe", "--exclude-libs=ALL", "--no-export-dynamic",
                // What a run needs beside each other (`make link-order` writes it); names that are gone are passed over.
                "--symbol-ordering-file=\(Context.packageDirectory)/assets/link-order.txt",
                "--no-warn-symbol-ordering",
            ].flatMap { ["-Xlinker", $0] },
        .when(platforms: [.linux], configuration: .release))
]

func room(_ floor: String, _ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", swiftSettings: strict)
}

func tests(_ floor: String, of name: String, uses dependencies: [Target.Dependency] = [], resources: [Resource] = [])
    -> Target
{
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
        path: "Tests/\(floor)/\(name)Tests", resources: resources, swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let swiftProtobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
]
let nioHTTP = nio + [.product(name: "NIOHTTP1", package: "swift-nio")]
let nioTLS = nioHTTP + [.product(name: "NIOSSL", package: "swift-nio-ssl")]

let package = Package(
    name: "brim",
    products: [.executable(name: "brim", targets: ["brim"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.36.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Engine: knows nothing of the assistant.
        .target(name: "CKernels", path: "Sources/Engine/CKernels", cSettings: optimisedC),
        room("Engine", "Kernels", uses: ["CKernels"]),
        room("Engine", "GGUF"),
        room("Engine", "Tokenizers", uses: ["GGUF", .product(name: "HeapModule", package: "swift-collections")]),
        room("Engine", "Grammar"),
        room("Engine", "Transformer", uses: ["Kernels", "GGUF"]),
        .systemLibrary(
            name: "CZlib", path: "Sources/Engine/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        room("Engine", "Whisper", uses: ["CZlib", "Kernels"]),
        room("Engine", "VITS", uses: ["Kernels"]),
        room("Engine", "BERT", uses: ["Kernels"]),

        // Assistant: values, ports and pure logic.
        room("Assistant", "AssistantCore"),
        room("Assistant", "Routing", uses: ["AssistantCore"]),
        room("Assistant", "ExactTools", uses: ["AssistantCore", .product(name: "BigInt", package: "BigInt")]),
        room("Assistant", "Confidence", uses: ["AssistantCore", "Routing"]),
        room("Assistant", "Backends", uses: ["AssistantCore"]),
        room("Assistant", "Knowledge", uses: ["AssistantCore"]),
        room("Assistant", "Turns", uses: ["AssistantCore", "Knowledge", "Routing"]),
        room("Assistant", "PushToTalk", uses: ["AssistantCore"]),
        room("Assistant", "SpeechText", uses: ["AssistantCore"]),
        room("Assistant", "Charts"),
        room("Assistant", "CostModel", uses: ["AssistantCore", "Charts"]),
        room("Assistant", "Advice", uses: ["CostModel"]),
        room("Assistant", "Pilots", uses: ["AssistantCore", "Charts", "CostModel"]),

        // Adapters: the outside world behind the ports. They never import each other, but for what several need.
        room("Adapters", "HTTPSupport", uses: ["AssistantCore", asyncHTTPClient] + nioTLS),
        room("Adapters", "ChildProcesses", uses: [subprocess]),
        room("Adapters", "DeviceSensors", uses: ["AssistantCore", "ChildProcesses", subprocess, systemPackage]),
        .systemLibrary(
            name: "CALSA", path: "Sources/Adapters/CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
        room(
            "Adapters", "LocalInference",
            uses: [
                "AssistantCore", "BERT", "GGUF", "Grammar", "Kernels", "Tokenizers", "Transformer", "VITS", "Whisper",
            ]),
        room(
            "Adapters", "ModelCatalogue",
            uses: [
                "AssistantCore", "ChildProcesses", "CZlib", "GGUF", "HTTPSupport", asyncHTTPClient, crypto, subprocess,
                systemPackage,
            ] + nioTLS),
        room(
            "Adapters", "DocumentText",
            uses: ["AssistantCore", "ChildProcesses", "Knowledge", subprocess, systemPackage]),
        room("Adapters", "SoundFiles", uses: ["AssistantCore", "ChildProcesses", subprocess, systemPackage]),
        .systemLibrary(
            name: "CSpeexDSP", path: "Sources/Adapters/CSpeexDSP", pkgConfig: "speexdsp",
            providers: [.apt(["libspeexdsp-dev"])]),
        room("Adapters", "EchoCancellation", uses: ["AssistantCore", "CSpeexDSP"]),
        room("Adapters", "Microphone", uses: ["AssistantCore", "CALSA", "EchoCancellation"]),
        room("Adapters", "Speaker", uses: ["AssistantCore", "CALSA", "EchoCancellation"]),
        .systemLibrary(name: "CFlite", path: "Sources/Adapters/CFlite", providers: [.apt(["flite1-dev"])]),
        room("Adapters", "Flite", uses: ["CFlite", "SpeechText"]),
        room("Adapters", "Phonemes", uses: ["ChildProcesses", subprocess, systemPackage]),
        room("Adapters", "Button", uses: ["AssistantCore"]),
        .target(
            name: "CHailo", path: "Sources/Adapters/CHailo",
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        room(
            "Adapters", "Hat",
            uses: [
                "AssistantCore", "CHailo", "ChildProcesses", "DeviceSensors", "HTTPSupport", asyncHTTPClient,
                subprocess, systemPackage,
            ] + nioHTTP),
        .systemLibrary(
            name: "CZstd", path: "Sources/Adapters/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        room(
            "Adapters", "Updates",
            uses: ["AssistantCore", "CZstd", "HTTPSupport", asyncHTTPClient, crypto, cryptoExtras] + nioTLS),
        .target(
            name: "Telemetry",
            dependencies: ["AssistantCore", "HTTPSupport", asyncHTTPClient, coreMetrics, tracing, swiftProtobuf]
                + nioTLS,
            path: "Sources/Adapters/Telemetry", exclude: ["OTLP/OTLP.proto"], swiftSettings: strict),
        room("Adapters", "Nebius", uses: ["AssistantCore", "HTTPSupport", asyncHTTPClient, logging] + nioTLS),
        room("Adapters", "Store", uses: ["AssistantCore", crypto, .product(name: "GRDB", package: "GRDB.swift")]),

        // Interface: a pure screen, and the one room that knows ncurses.
        .systemLibrary(
            name: "CNcurses", path: "Sources/Interface/CNcurses",
            providers: [.apt(["libncursesw5-dev"])]),
        room("Interface", "ChatUI", uses: ["AssistantCore"]),
        room("Interface", "Kiosk", uses: [cryptoExtras]),
        .target(
            name: "CTerminal", path: "Sources/Interface/CTerminal",
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        room("Interface", "CursesScreen", uses: ["ChatUI", "CNcurses", "CTerminal"]),

        // App: the only target that sees everything.
        .systemLibrary(name: "CMalloc", path: "Sources/App/CMalloc"),
        .executableTarget(
            name: "brim",
            dependencies: [
                "Advice", "AssistantCore", "Backends", "Charts", "Confidence", "CostModel", "ExactTools", "Pilots",
                "Knowledge", "Routing", "PushToTalk", "SpeechText", "Turns", "LocalInference",
                "ChildProcesses", "DeviceSensors", "DocumentText", "HTTPSupport", "ModelCatalogue", "Microphone",
                "SoundFiles", "Speaker", "EchoCancellation", "Phonemes", "Flite",
                "Button", "Hat",
                "Nebius", "Store", "Telemetry", "Updates",
                .product(name: "Metrics", package: "swift-metrics"), tracing,
                "ChatUI", "CMalloc", "CursesScreen", "Kiosk",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"), logging,
                subprocess, systemPackage,
                .product(name: "Yams", package: "Yams"),
            ],
            path: "Sources/App/brim", swiftSettings: strict, linkerSettings: compactLinking),

        tests("Engine", of: "Kernels", resources: [.copy("Fixtures")]),
        tests("Engine", of: "GGUF", uses: ["TestSupport"]),
        tests("Engine", of: "Tokenizers", uses: ["GGUF", "TestSupport"], resources: [.copy("Fixtures")]),
        tests("Engine", of: "Grammar", uses: ["TestSupport"], resources: [.copy("Fixtures")]),
        .target(name: "CAllocations", path: "Tests/Engine/CAllocations"),
        tests(
            "Engine", of: "Transformer", uses: ["CAllocations", "GGUF", "Kernels", "TestSupport"],
            resources: [.copy("Fixtures")]),
        tests("Engine", of: "Whisper", uses: ["Kernels"], resources: [.copy("Fixtures")]),
        tests("Engine", of: "VITS", uses: ["Kernels"], resources: [.copy("Fixtures")]),
        tests("Engine", of: "BERT", uses: ["Kernels"], resources: [.copy("Fixtures")]),
        tests("Assistant", of: "AssistantCore"),
        tests("Assistant", of: "Routing", uses: ["AssistantCore", "TestSupport"], resources: [.copy("Fixtures")]),
        tests("Assistant", of: "ExactTools", uses: ["AssistantCore"], resources: [.copy("Fixtures")]),
        tests("Assistant", of: "Confidence", uses: ["AssistantCore", "Routing"]),
        // Names that are found only when a test says so.
        .target(
            name: "CNameLookup", path: "Tests/Support/CNameLookup",
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        tests(
            "Assistant", of: "Turns",
            uses: ["AssistantCore", "Knowledge", "Routing", "Nebius", "NebiusDouble", "CNameLookup"]),
        tests("Assistant", of: "Knowledge", uses: ["AssistantCore"]),
        tests("Assistant", of: "Backends", uses: ["AssistantCore"]),
        tests("Assistant", of: "PushToTalk", uses: ["AssistantCore"]),
        tests("Assistant", of: "SpeechText"),
        tests("Assistant", of: "Charts"),
        tests("Assistant", of: "CostModel", uses: ["AssistantCore", "Charts"]),
        tests("Assistant", of: "Advice", uses: ["CostModel"]),
        tests("Assistant", of: "Pilots", uses: ["AssistantCore"]),
        tests("Adapters", of: "LocalInference", uses: ["AssistantCore", "TestSupport", "Transformer"]),
        tests(
            "Adapters", of: "DocumentText",
            uses: ["Knowledge", subprocess]),
        tests("Adapters", of: "SoundFiles"),
        tests("Adapters", of: "HTTPSupport"),
        tests("Adapters", of: "ChildProcesses", uses: [subprocess]),
        tests("Adapters", of: "DeviceSensors", uses: ["AssistantCore", "TestSupport"]),
        tests("Adapters", of: "ModelCatalogue", uses: ["NebiusDouble", crypto] + nio),
        tests("Adapters", of: "Microphone", uses: ["AssistantCore", "EchoCancellation"]),
        tests("Adapters", of: "Speaker", uses: ["EchoCancellation"]),
        tests(
            "Adapters", of: "EchoCancellation", uses: ["AssistantCore", "Flite", "Kernels", "SpeechText", "Whisper"]),
        tests("Adapters", of: "Phonemes"),
        tests("Adapters", of: "Flite", uses: ["SpeechText"]),
        tests("Adapters", of: "Button", uses: ["AssistantCore"]),
        .testTarget(
            name: "HatTests",
            dependencies: [
                "AssistantCore", "DeviceSensors", "Hat", "HatProbe", "HailoOllamaDouble", "NebiusDouble", "TestSupport",
            ],
            path: "Tests/Adapters/HatTests", resources: [.copy("Fixtures")], swiftSettings: strict),
        // Loads a stand-in library for a test, and may die of it.
        .executableTarget(
            name: "HatProbe", dependencies: ["DeviceSensors", "Hat"], path: "Tests/Adapters/HatProbe",
            swiftSettings: strict),
        tests(
            "Adapters", of: "Nebius",
            uses: ["AssistantCore", "HTTPSupport", "NebiusDouble", "TestSupport", logging] + nioHTTP),
        tests(
            "Adapters", of: "Updates", uses: ["NebiusDouble", "UpdateCrashProbe", crypto, cryptoExtras],
            resources: [.copy("Fixtures")]),
        .executableTarget(
            name: "UpdateCrashProbe", dependencies: ["Updates"], path: "Tests/Adapters/UpdateCrashProbe",
            swiftSettings: strict),
        tests(
            "Adapters", of: "Telemetry",
            uses: ["NebiusDouble", coreMetrics, tracing, swiftProtobuf, subprocess, systemPackage]),
        tests(
            "Adapters", of: "Store",
            uses: ["AssistantCore", "StoreCrashProbe", .product(name: "GRDB", package: "GRDB.swift")]),
        .executableTarget(
            name: "StoreCrashProbe", dependencies: ["AssistantCore", "Store"],
            path: "Tests/Adapters/StoreCrashProbe", swiftSettings: strict),
        // Scripted conversations, as the pictures of the screen show them.
        .target(
            name: "ChatScenes", dependencies: ["ChatUI", "AssistantCore"], path: "Tests/Interface/ChatScenes",
            swiftSettings: strict),
        .testTarget(
            name: "ChatUITests", dependencies: ["ChatUI", "AssistantCore", "ChatScenes", "TestSupport"],
            path: "Tests/Interface/ChatUITests", exclude: ["Pictures"], swiftSettings: strict),
        // The screen without a model, for tests in a real terminal.
        .executableTarget(
            name: "ScreenProbe", dependencies: ["AssistantCore", "ChatUI", "CursesScreen", "Kiosk", "ChatScenes"],
            path: "Tests/Interface/ScreenProbe", swiftSettings: strict),
        .target(
            name: "CPseudoTerminal", path: "Tests/Interface/CPseudoTerminal",
            cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        .testTarget(
            name: "CursesScreenTests", dependencies: ["ChatUI", "CNcurses", "CPseudoTerminal", "ScreenProbe"],
            path: "Tests/Interface/CursesScreenTests", swiftSettings: strict),
        tests("Interface", of: "Kiosk"),
        // What tests of several targets need: seeded numbers, model files, trees of files.
        .target(name: "TestSupport", path: "Tests/Support/TestSupport", swiftSettings: strict),
        // A server that behaves like Nebius, for tests: as a library and as a program.
        .target(
            name: "NebiusDouble",
            dependencies: [
                crypto, .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            ] + nioTLS,
            path: "Tests/Support/NebiusDouble", swiftSettings: strict),
        .executableTarget(
            name: "nebius-double", dependencies: ["NebiusDouble"], path: "Tests/Support/nebius-double",
            swiftSettings: strict),
        // The same for hailo-ollama.
        .target(
            name: "HailoOllamaDouble", dependencies: ["NebiusDouble"], path: "Tests/Support/HailoOllamaDouble",
            swiftSettings: strict),
        .executableTarget(
            name: "hailo-ollama-double", dependencies: ["HailoOllamaDouble"],
            path: "Tests/Support/hailo-ollama-double", swiftSettings: strict),
        tests(
            "App", of: "brim",
            uses: [
                "AssistantCore", "ChatUI", "Confidence", "CostModel", "Knowledge", "Routing", "Store", "Telemetry",
                "Turns", "Updates", tracing,
            ],
            resources: [.copy("Configurations")]),
        // Rules for the sources themselves: names, and the order of folders.
        .testTarget(name: "ArchitectureTests", path: "Tests/ArchitectureTests", swiftSettings: strict),
        .testTarget(name: "EndToEndTests", path: "Tests/EndToEndTests", swiftSettings: strict),
    ],
    cLanguageStandard: .c11
)
