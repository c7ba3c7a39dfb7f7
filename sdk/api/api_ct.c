/* SPDX-License-Identifier: MIT */
/* PrlCt_, PrlCtTemplate_: containers, which this product does not run. */
#include "rows.h"
#include "ct.def"
