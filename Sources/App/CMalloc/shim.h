#pragma once

// What glibc offers to set how its heap grows, and Swift's Glibc module leaves out.
#include <malloc.h>
