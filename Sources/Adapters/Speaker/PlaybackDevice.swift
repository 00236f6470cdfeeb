internal import AssistantCore
internal import CALSA

/// A device that sound can be played on.
package struct PlaybackDevice: Sendable, Hashable {
    /// The name to open it by. It stays the same when other devices come and go: `plughw:CARD=Device,DEV=0`.
    package var id: String
    /// What it is, in words; one line.
    package var name: String

    /// The playback devices of the sound cards. Blocks for some milliseconds.
    package static func hardware() -> [PlaybackDevice] {
        var devices: [PlaybackDevice] = []
        var card: Int32 = -1
        while unsafe snd_card_next(&card) == 0, card >= 0 { devices += Self.devices(of: card) }
        return devices
    }

    private static func devices(of card: Int32) -> [PlaybackDevice] {
        var opened: OpaquePointer?
        guard unsafe snd_ctl_open(&opened, "hw:\(card)", SND_CTL_NONBLOCK) == 0, let control = unsafe opened else {
            return []
        }
        defer { unsafe snd_ctl_close(control) }
        var cardInfo: OpaquePointer?
        var stream: OpaquePointer?
        guard unsafe snd_ctl_card_info_malloc(&cardInfo) == 0 else { return [] }
        defer { unsafe snd_ctl_card_info_free(cardInfo) }
        guard unsafe snd_pcm_info_malloc(&stream) == 0 else { return [] }
        defer { unsafe snd_pcm_info_free(stream) }
        guard unsafe snd_ctl_card_info(control, cardInfo) == 0 else { return [] }
        let short = unsafe String(cString: snd_ctl_card_info_get_id(cardInfo))
        let long = unsafe String(cString: snd_ctl_card_info_get_name(cardInfo))
        var devices: [PlaybackDevice] = []
        var number: Int32 = -1
        while unsafe snd_ctl_pcm_next_device(control, &number) == 0, number >= 0 {
            unsafe snd_pcm_info_set_device(stream, UInt32(number))
            unsafe snd_pcm_info_set_subdevice(stream, 0)
            unsafe snd_pcm_info_set_stream(stream, SND_PCM_STREAM_PLAYBACK)
            guard unsafe snd_ctl_pcm_info(control, stream) == 0 else { continue }
            let name = unsafe String(cString: snd_pcm_info_get_name(stream))
            devices.append(
                PlaybackDevice(
                    id: "plughw:CARD=\(short),DEV=\(number)",
                    name: TerminalText.sanitised(name.isEmpty ? long : "\(long), \(name)")))
        }
        return devices
    }
}
