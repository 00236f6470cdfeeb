#pragma once
#include <flite/flite.h>

// No header of flite's names its voices.
cst_voice *register_cmu_us_slt(const char *voice_directory);

/// Has an utterance's sound handed out while it is made, `samples` at a time or more. Returns 0, or -1 where there is
/// no memory.
///
/// It is done in C since flite keeps the pointer to the feature's name.
static inline int cflite_stream(cst_utterance *utterance, int samples, cst_audio_stream_callback take, void *listener) {
    cst_audio_streaming_info *streaming = new_audio_streaming_info();
    if (!streaming)
        return -1;
    streaming->min_buffsize = samples;
    streaming->asc = take;
    streaming->userdata = listener;
    // The utterance owns it from here on.
    feat_set(utterance->features, "streaming_info", audio_streaming_info_val(streaming));
    return 0;
}
