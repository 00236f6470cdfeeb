#include "ckernels.h"
int ck_abi_version(void);
int ck_abi_version(void) { return 1; }
