/* SPDX-License-Identifier: MIT */
/*
 * PrlPluginClasses.h: interfaces of plugin objects. This implementation loads no
 * plugins; the types are here for programs that name them.
 */

#ifndef PRL_PLUGIN_CLASSES_H
#define PRL_PLUGIN_CLASSES_H

#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Class of nothing. */
static const PRL_GUID PRL_CLS_NULL PRL_UNUSED = {0, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0}};

/** Class every plugin object has, and the same as text. */
static const PRL_GUID PRL_CLS_BASE PRL_UNUSED = {
    0x823067ea, 0x8e15, 0x474f, {0xa3, 0xae, 0xc6, 0xa0, 0x68, 0x46, 0x12, 0x56}};
#define GUID_CLS_BASE_STR "{823067ea-8e15-474f-a3ae-c6a068461256}"

/** What a plugin says about itself. The strings belong to the plugin. */
typedef struct _IPluginInfo {
    PRL_CONST_STR Vendor;
    PRL_CONST_STR Copyright;
    PRL_CONST_STR DescShort;
    PRL_CONST_STR DescLong;
    PRL_UINT32 Major;
    PRL_UINT32 Minor;
    PRL_UINT32 Build;
    PRL_GUID Type;
} PRL_STRUCT(IPluginInfo);
typedef IPluginInfo *IPluginInfoPtr;

/**
 * Interface of a plugin object. QueryInterface stores a pointer to another interface of the
 * same object; Release gives one up.
 */
typedef struct _PrlPlugin {
    void (PRL_CALL *Release)(struct _PrlPlugin *);
    PRL_RESULT (PRL_CALL *QueryInterface)(struct _PrlPlugin *, PRL_GUID *, PRL_VOID_PTR_PTR);
    PRL_RESULT (PRL_CALL *GetInfo)(struct _PrlPlugin *, IPluginInfoPtr);
} PRL_STRUCT(PrlPlugin);

#ifdef __cplusplus
}
#endif

#endif /* PRL_PLUGIN_CLASSES_H */
