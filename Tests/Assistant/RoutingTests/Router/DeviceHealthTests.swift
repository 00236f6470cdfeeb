import AssistantCore
import Testing

@testable import Routing

@Suite("What a device's health has against an answer on it")
struct DeviceHealthTests {
    private func health(_ change: (inout DeviceHealth) -> Void) -> DeviceHealth {
        var health = DeviceHealth()
        change(&health)
        return health
    }

    @Test("a device that is well, or tells nothing, has nothing against it")
    func well() {
        #expect(DeviceImpediment.all(in: DeviceHealth()).isEmpty)
        let well = health {
            $0.celsius = 79.9
            $0.throttling = [.throttledHappened, .underVoltageHappened]
            $0.availableMemoryBytes = 1 << 30
            $0.memoryPressure = 5
        }
        #expect(DeviceImpediment.all(in: well).isEmpty)
    }

    @Test("heat, a throttled clock, a weak supply and too little memory are reasons, and none prevents an answer")
    func strained() {
        let ill = health {
            $0.celsius = 84.6
            $0.throttling = [.underVoltage, .throttled]
            $0.availableMemoryBytes = 50 << 20
        }
        let found = DeviceImpediment.all(in: ill)
        #expect(found == [.overheating(celsius: 84), .throttled, .underVoltage, .shortOfMemory])
        #expect(found.allSatisfy { !$0.preventsAnswer })
        #expect(DeviceImpediment.all(in: health { $0.throttling = .capped }) == [.throttled])
        #expect(DeviceImpediment.all(in: health { $0.memoryPressure = 20 }) == [.shortOfMemory])
    }
}
