/* SPDX-License-Identifier: MIT */
/*
 * wrap_cpp.cpp: SdkWrap from C++, the way programs written for the C++ helper use it:
 * namespace named or not, default arguments, the handle class.
 */
#include "wrap_c.c"

#include "SdkHandleWrap.h"

using namespace PrlSdkWrapNamespace;

static void
names__with_and_without_namespace__are_the_same(const char *library)
{
    CHECK(PRL_SUCCEEDED(PrlSdkWrapNamespace::SdkWrap_Load(library, false)));
    CHECK(&PrlSdkWrapNamespace::PrlApi_Init == &PrlApi_Init);
    CHECK(PrlSdkWrapNamespace::PrlApi_Init != NULL);
    CHECK(PRL_SUCCEEDED(SdkWrap_Unload()));

    /* Whatever the machine has installed, it must come back. */
    if (SdkWrap_LoadLibFromStdPaths())
        CHECK(PRL_SUCCEEDED(SdkWrap_Unload()));
}

/* The handles of this test are numbers the library never gave out; it refuses them. */
static void
handle_class__keeps_one_reference(const char *library)
{
    CHECK(PRL_SUCCEEDED(SdkWrap_Load(library)));
    {
        PRL_HANDLE number = reinterpret_cast<PRL_HANDLE>(1);
        SdkHandleWrap empty;
        SdkHandleWrap one(number);
        SdkHandleWrap two(one);

        CHECK(empty.GetHandle() == PRL_INVALID_HANDLE);
        CHECK(one.GetHandle() == two.get());
        CHECK(static_cast<PRL_HANDLE>(one) == number);
        empty = one;
        CHECK(empty.release() == number);
        CHECK(*one.GetHandlePtr() == PRL_INVALID_HANDLE);
        two = PRL_INVALID_HANDLE;
        CHECK(two.GetHandleType() == PHT_ERROR);
    }
    CHECK(PRL_SUCCEEDED(SdkWrap_Unload()));
}

int
main(int argc, char **argv)
{
    int result = run(argc, argv);

    if (argc == 3) {
        names__with_and_without_namespace__are_the_same(argv[1]);
        handle_class__keeps_one_reference(argv[1]);
    }
    return failures ? 1 : result;
}
