internal import AssistantCore
internal import CALSA
internal import Glibc

extension CaptureDevice {
    /// All devices of this machine: its sound cards, and what the ALSA configuration names besides (`default`, `pulse`).
    /// Blocks for some milliseconds.
    package static func all() -> [CaptureDevice] { hardware() + configured() }

    /// The capture devices of the sound cards.
    static func hardware() -> [CaptureDevice] {
        var devices: [CaptureDevice] = []
        var card: Int32 = -1
        while unsafe snd_card_next(&card) == 0, card >= 0 {
            if let control = SoundCard(index: card) { devices += control.captureDevices() }
        }
        return devices
    }

    /// Devices that only convert what goes to another one, as ALSA's plug-ins announce them.
    private static let converters: Set = [
        "null", "oss", "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix",
    ]

    /// What the configuration names and describes for recording; names of cards stand under the hardware already.
    private static func configured() -> [CaptureDevice] {
        var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        guard unsafe snd_device_name_hint(-1, "pcm", &hints) == 0, let hints = unsafe hints else { return [] }
        defer { unsafe snd_device_name_free_hint(hints) }
        var devices: [CaptureDevice] = []
        var next = unsafe hints
        while let hint = unsafe next.pointee {
            unsafe next += 1
            guard let id = unsafe text(hint, "NAME"), !id.contains("CARD="), !converters.contains(id),
                unsafe text(hint, "IOID") != "Output"
            else { continue }
            let name = unsafe text(hint, "DESC") ?? id
            devices.append(CaptureDevice(id: id, name: name))
        }
        return devices
    }

    /// A text of a hint, made safe and one line.
    private static func text(_ hint: UnsafeMutableRawPointer, _ key: String) -> String? {
        guard let text = unsafe snd_device_name_get_hint(hint, key) else { return nil }
        defer { unsafe free(text) }
        return unsafe TerminalText.sanitised(String(cString: text)).split(separator: "\n").joined(separator: ", ")
    }
}

/// The control interface of a sound card; closed when it goes.
@safe private struct SoundCard: ~Copyable {
    private let control: OpaquePointer

    init?(index: Int32) {
        var opened: OpaquePointer?
        guard unsafe snd_ctl_open(&opened, "hw:\(index)", SND_CTL_NONBLOCK) == 0, let opened = unsafe opened else {
            return nil
        }
        unsafe control = opened
    }

    deinit {
        unsafe snd_ctl_close(control)
    }

    func captureDevices() -> [CaptureDevice] {
        var card: OpaquePointer?
        var stream: OpaquePointer?
        guard unsafe snd_ctl_card_info_malloc(&card) == 0 else { return [] }
        defer { unsafe snd_ctl_card_info_free(card) }
        guard unsafe snd_pcm_info_malloc(&stream) == 0 else { return [] }
        defer { unsafe snd_pcm_info_free(stream) }
        guard unsafe snd_ctl_card_info(control, card) == 0 else { return [] }
        let short = unsafe String(cString: snd_ctl_card_info_get_id(card))
        let long = unsafe String(cString: snd_ctl_card_info_get_name(card))
        var devices: [CaptureDevice] = []
        var number: Int32 = -1
        while unsafe snd_ctl_pcm_next_device(control, &number) == 0, number >= 0 {
            unsafe snd_pcm_info_set_device(stream, UInt32(number))
            unsafe snd_pcm_info_set_subdevice(stream, 0)
            unsafe snd_pcm_info_set_stream(stream, SND_PCM_STREAM_CAPTURE)
            guard unsafe snd_ctl_pcm_info(control, stream) == 0 else { continue }
            let id = "plughw:CARD=\(short),DEV=\(number)"
            let name = unsafe String(cString: snd_pcm_info_get_name(stream))
            devices.append(
                CaptureDevice(
                    id: id, name: TerminalText.sanitised(name.isEmpty ? long : "\(long), \(name)"),
                    holder: DeviceHolder.of(id)?.description))
        }
        return devices
    }
}

/// A device that sound can be recorded from.
package struct CaptureDevice: Sendable, Hashable {
    /// The name to open it by. It stays the same when other devices come and go: `plughw:CARD=Device,DEV=0`.
    package var id: String
    /// What it is, in words; one line.
    package var name: String
    /// The program that holds it, where one does and the kernel tells who.
    package var holder: String?

    package init(id: String, name: String, holder: String? = nil) {
        self.id = id
        self.name = name
        self.holder = holder
    }
}
