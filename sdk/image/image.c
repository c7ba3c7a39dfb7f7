/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "image/image.h"
#include "prlsdk/PrlErrors.h"

PRL_RESULT
image_close(struct image *image)
{
    if (!image)
        return PRL_ERR_SUCCESS;

    PRL_RESULT r = image->class->close(image);

    image->class->free(image);
    return r;
}

void
image_free(struct image *image)
{
    if (image)
        image->class->free(image);
}
