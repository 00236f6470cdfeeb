internal import CALSA
internal import Glibc

extension MicrophoneError {
    /// What an error of libasound on opening a device means.
    init(_ device: String, _ code: Int32) {
        switch -code {
        case ENOENT, ENXIO, ENODEV:
            self.init(.notFound, "There is no microphone \(device); `brim devices` lists those there are.")
        case EBUSY:
            let holder = DeviceHolder.of(device).map { " by \($0)" } ?? ""
            self.init(.busy, "The microphone \(device) is in use\(holder); close that program.")
        case EACCES, EPERM:
            self.init(
                .notPermitted, "You may not open the microphone \(device); add your user to the group audio.")
        default:
            self.init(.failed, "The microphone \(device) cannot be opened: \(Self.reason(code)).")
        }
    }

    /// What an error of libasound on reading means.
    static func reading(_ device: String, _ code: Int32) -> MicrophoneError {
        switch -code {
        case ENODEV, ENXIO, ENOENT, EBADF, EBADFD:
            MicrophoneError(.unplugged, "The microphone \(device) was unplugged; plug it in again.")
        default: MicrophoneError(.failed, "The microphone \(device) failed: \(reason(code)).")
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: snd_strerror(code)) }
}
