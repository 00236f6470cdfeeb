#pragma once
#include <alsa/asoundlib.h>

static void calsa_drop_message(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

/// Keeps libasound from writing to the standard error: it would write into the full screen. Every error also comes as a
/// return value.
static inline int calsa_silence(void) {
    return snd_lib_error_set_handler(calsa_drop_message);
}
