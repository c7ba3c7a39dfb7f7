/* SPDX-License-Identifier: MIT */
/* The last bytes of a saved state with a document behind it: the service writes them, the classic libvirt face reads them. */
#ifndef PRLKVM_WIRE_SAVED_TRAILER_H
#define PRLKVM_WIRE_SAVED_TRAILER_H

#include <stdint.h>

#define SAVED_TRAILER_MARK "prlkvm-document" /* 16 bytes with its NUL */
struct saved_trailer {
    uint64_t length; /* little-endian: of the document before it */
    char mark[16];
};

#endif
