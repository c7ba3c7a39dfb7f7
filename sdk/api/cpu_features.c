/* SPDX-License-Identifier: MIT */
#include "cpu_features.h"

#include <stdio.h>

#include "base/xml.h"
#include "core/entry.h"

static const struct {
    const char *name;
    bool has_mask_suffix; /* as a mask its element ends in _MASK */
} words[PCFE_MAX] = {
    [PCFE_FEATURES] = { "FEATURES", true },
    [PCFE_EXT_FEATURES] = { "EXT_FEATURES", true },
    [PCFE_EXT_00000007_EBX] = { "EXT_00000007_EBX", true },
    [PCFE_EXT_80000001_ECX] = { "EXT_80000001_ECX", true },
    [PCFE_EXT_80000001_EDX] = { "EXT_80000001_EDX", true },
    [PCFE_EXT_80000007_EDX] = { "EXT_80000007_EDX", true },
    [PCFE_EXT_80000008_EAX] = { "EXT_80000008_EAX", false },
    [PCFE_EXT_0000000D_EAX] = { "EXT_0000000D_EAX", true },
    [PCFE_EXT_00000007_EDX] = { "EXT_00000007_EDX", true },
    [PCFE_EXT_00000007_ECX] = { "EXT_00000007_ECX", true },
};

#define PATH_MAX_ 96

static void
path_of(char out[PATH_MAX_], const char *parent, enum cpu_words what, PRL_CPU_FEATURES_EX id)
{
    const char *suffix = what == CPU_MASKING_CAPS                         ? "_MASKING_CAP"
                         : what == CPU_MASKS && words[id].has_mask_suffix ? "_MASK"
                                                                          : "";

    snprintf(out, PATH_MAX_, "%s%s%s%s", parent, *parent ? "/" : "", words[id].name, suffix);
}

PRL_UINT32
cpu_word_get(xmlNodePtr from, const char *parent, enum cpu_words what, PRL_CPU_FEATURES_EX id)
{
    char path[PATH_MAX_];

    path_of(path, parent, what, id);
    return (PRL_UINT32)xml_get_u64(from, path, 0);
}

bool
cpu_word_set(xmlNodePtr from, const char *parent, enum cpu_words what, PRL_CPU_FEATURES_EX id,
             PRL_UINT32 value)
{
    char path[PATH_MAX_];

    path_of(path, parent, what, id);
    return xml_set_u64(from, path, value);
}

PRL_RESULT
cpu_words_give(PRL_HANDLE h, unsigned accept, const char *parent, enum cpu_words what,
               PRL_HANDLE_PTR ret_features)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_features);
    struct row_value values[PCFE_MAX];
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    for (unsigned i = 0; i < PCFE_MAX; i++)
        values[i] = (struct row_value){ words[i].name,
                                        cpu_word_get(node, parent, what, (PRL_CPU_FEATURES_EX)i) };
    config_obj_unlock(o, false);
    return row_give(row_new_values(PHT_CPU_FEATURES, "CpuFeatures", values, PCFE_MAX),
                    ret_features);
}
