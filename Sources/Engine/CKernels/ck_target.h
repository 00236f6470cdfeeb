// Regions compiled for an instruction set of their own: SwiftPM has no flags by file. Private to the module.
//   CK_TARGET_BEGIN("avx2,fma,f16c") … CK_TARGET_END
// Intrinsics headers are included before the region.
#pragma once
#define CK_PRAGMA(text) _Pragma(#text)
#if defined(CK_EMULATED) // a check build whose intrinsics are functions
#define CK_TARGET_BEGIN(features)
#define CK_TARGET_END
#elif defined(__clang__)
#define CK_TARGET_BEGIN(features)                                                                                      \
    CK_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define CK_TARGET_END CK_PRAGMA(clang attribute pop)
#else
#define CK_TARGET_BEGIN(features) CK_PRAGMA(GCC push_options) CK_PRAGMA(GCC target(features))
#define CK_TARGET_END CK_PRAGMA(GCC pop_options)
#endif

/// Keeps the compiler from working out what registers will hold, and from finishing one sum after the other.
#if defined(CK_EMULATED) // registers are structures there
#define CK_OPAQUE(value, kind) __asm__ volatile("" : "+m"(value))
#else
#define CK_OPAQUE(value, kind) __asm__ volatile("" : "+" kind(value))
#endif

#define CK_INLINE static inline __attribute__((always_inline))
/// Loops over registers: unrolled whole, or the registers become memory.
#if defined(__clang__)
#define CK_UNROLL CK_PRAGMA(clang loop unroll(full))
#else
#define CK_UNROLL CK_PRAGMA(GCC unroll 32)
#endif

/// One case of a switch over a small count: `code` with N, that count as a constant.
#define CK_COUNT_CASE(count, code)                                                                                     \
    case count: {                                                                                                      \
        enum { N = count };                                                                                            \
        code;                                                                                                          \
        break;                                                                                                         \
    }
