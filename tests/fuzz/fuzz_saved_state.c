/* SPDX-License-Identifier: MIT */
/*
 * config.sav. Checksums would keep a fuzzer out of all that lies behind them, so the first byte says what the rest is: even, the file as
 * it is; odd, the description of a file whose checksums are right (as somebody who forges one would make it).
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/cleanup.h"
#include "qemu/saved_state.h"

/* As in saved_state.c, on purpose by another hand. */
struct forged {
    char magic[16];
    char id[40];
    uint64_t stream_bytes, stream_hash, text_bytes, text_hash, hash;
};

static const char *
forge(const uint8_t *text, size_t size)
{
    static const char stream[] = "QEVM";
    size_t total = SAVED_STATE_OFFSET + sizeof stream + size;
    AUTO(cleanup_free) char *file = calloc(1, total);
    struct forged h = {
        .magic = "PRLKVMSAV1\r\n\x1a",
        .id = "{8f05bc1b-221c-4fa4-b060-67fd9e4d52a3}",
        .stream_bytes = sizeof stream,
        .stream_hash = XXH3_64bits(stream, sizeof stream),
        .text_bytes = size,
        .text_hash = XXH3_64bits(text, size),
    };

    FUZZ_CHECK(file);
    h.hash = XXH3_64bits(&h, offsetof(struct forged, hash));
    memcpy(file, &h, sizeof h);
    memcpy(file + SAVED_STATE_OFFSET, stream, sizeof stream);
    memcpy(file + SAVED_STATE_OFFSET + sizeof stream, text, size);
    return fuzz_file(file, total);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(saved_state_free) struct saved_state *s = NULL;
    AUTO_FD int fd = -1;
    const struct qemu_images none = { 0 };
    const char *path;

    if (!size)
        return 0;
    path = data[0] % 2 ? forge(data + 1, size - 1) : fuzz_file(data + 1, size - 1);
    if (PRL_SUCCEEDED(saved_state_open(path, &s, &fd))) {
        FUZZ_CHECK(strlen(s->id) < UUID_TEXT && s->machine && s->accel && s->config && s->qemu_version);
        saved_state_check_images(s, &none);
    }
    return 0;
}
