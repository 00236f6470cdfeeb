import Foundation
import Testing

@testable import Microphone

/// Who holds a busy device, by what the kernel's files say.
@Suite("Device holder") struct DeviceHolderTests {
    private let proc = NSTemporaryDirectory() + "proc-" + UUID().uuidString

    private func write(_ text: String, _ path: String) throws {
        let url = URL(fileURLWithPath: proc + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func link(_ path: String, to target: String) throws {
        let folder = (proc + "/" + path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: proc + "/" + path, withDestinationPath: target)
    }

    @Test("The owner of an open stream is found by the card's short name and by its number")
    func owner() throws {
        try link("asound/Device", to: "card2")
        try write("state: RUNNING\nowner_pid   : 4711\n", "asound/card2/pcm0c/sub0/status")
        try write("arecord\n", "4711/comm")
        for name in ["plughw:CARD=Device,DEV=0", "hw:Device", "hw:2,0", "plughw:2"] {
            #expect(DeviceHolder.of(name, proc: proc)?.description == "arecord (process 4711)", "\(name)")
        }
    }

    @Test("Without an owner in the status, the process with the device file open is found")
    func opener() throws {
        try write("closed\n", "asound/card0/pcm3c/sub0/status")
        try link("12/fd/7", to: "/dev/snd/pcmC0D3c")
        try link("13/fd/7", to: "/dev/snd/pcmC0D3p")
        try write("pipewire\n", "12/comm")
        #expect(DeviceHolder.of("hw:0,3", proc: proc) == DeviceHolder(processID: 12, name: "pipewire"))
    }

    @Test("Nobody is named where nobody is known, and for devices without hardware")
    func unknown() throws {
        try write("owner_pid   : 99999\n", "asound/card0/pcm0c/sub0/status")
        for name in ["hw:0,0", "hw:5", "default", "pulse", "plughw:", "plughw:CARD=../../etc,DEV=0", "hw:0,x", ""] {
            #expect(DeviceHolder.of(name, proc: proc) == nil, "\(name)")
        }
    }
}
