#ifndef CNAMELOOKUP_H
#define CNAMELOOKUP_H

/// Stands in for getaddrinfo in the tests: a name that ends in `.held.test` is this device, and is found only once it
/// has been released. Every other name is looked up as always.

/// How often `name` was asked for so far.
int cnl_lookups(const char *name);

/// Lets the name be found. It stays so.
void cnl_release(const char *name);

#endif
