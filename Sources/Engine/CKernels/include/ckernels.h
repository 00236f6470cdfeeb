// The C-backed quantised kernel module of Brim: plain C11. It allocates nothing, prints nothing and never aborts.
#pragma once
#include "ck_attention.h"
#include "ck_convolution.h"
#include "ck_formats.h"
#include "ck_matmul.h"
#include "ck_pack.h"
#include "ck_pool.h"
#include "ck_quantise.h"
#include "ck_read.h"
#include "ck_recurrence.h"
#include "ck_roofline.h"
#include "ck_rows.h"
#include "ck_table.h"
