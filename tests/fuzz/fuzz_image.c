/* SPDX-License-Identifier: MIT */
/* The header of an image file. */
#include "fuzz.h"

#include <string.h>

#include "vm/image_file.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct image_info info;

    if (PRL_SUCCEEDED(image_file_info(fuzz_file(data, size), &info))) {
        FUZZ_CHECK(!info.backing || strlen(info.backing) > 0);
        image_info_clear(&info);
    }
    return 0;
}
