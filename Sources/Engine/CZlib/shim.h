#pragma once
#include <zlib.h>

/// Begins to inflate a stream without a header of its own, as archives hold them: the call itself is a macro.
static inline int czlib_inflate_init_raw(z_stream *stream) {
    return inflateInit2(stream, -MAX_WBITS);
}
