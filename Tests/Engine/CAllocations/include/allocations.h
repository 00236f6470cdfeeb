// Counts heap allocations, for tests of code that must not make any.
#pragma once

/// How often the calling thread has asked for heap memory so far; -1 where it cannot be counted (under a sanitizer).
long allocations_of_this_thread(void);
