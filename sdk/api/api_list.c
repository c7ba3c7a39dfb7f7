/* SPDX-License-Identifier: MIT */
/* PrlStrList_*, PrlHndlList_*, PrlOpTypeList_*. */
#include <string.h>

#include "base/str.h"
#include "core/entry.h"
#include "core/list.h"
#include "public.h"

static PRL_RESULT
count(PRL_HANDLE h, PRL_HANDLE_TYPE type, PRL_UINT32_PTR ret)
{
    ENTER();
    RESOLVE(struct list, l, h, type);
    REQUIRE(ret);
    *ret = list_count(l);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
remove_item(PRL_HANDLE h, PRL_HANDLE_TYPE type, PRL_UINT32 i)
{
    ENTER();
    RESOLVE(struct list, l, h, type);
    return list_remove(l, i);
}

/* ---- strings ---- */

PRL_METHOD(PrlStrList_GetItemsCount)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    return count(h, PHT_STRINGS_LIST, ret);
}

PRL_METHOD(PrlStrList_RemoveItem)(PRL_HANDLE h, PRL_UINT32 i)
{
    return remove_item(h, PHT_STRINGS_LIST, i);
}

PRL_METHOD(PrlStrList_AddItem)(PRL_HANDLE h, PRL_CONST_STR text)
{
    ENTER();
    RESOLVE(struct list, l, h, PHT_STRINGS_LIST);
    REQUIRE(text);
    if (!str_is_xml_text(text, strlen(text)))
        return PRL_ERR_INVALID_ARG;
    return list_add_text(l, text) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlStrList_GetItem)(PRL_HANDLE h, PRL_UINT32 i, PRL_STR buf, PRL_UINT32_PTR len)
{
    AUTO(cleanup_free) char *text = NULL;

    ENTER();
    RESOLVE(struct list, l, h, PHT_STRINGS_LIST);
    REQUIRE(len);
    const PRL_RESULT r = list_get_text(l, i, &text);

    return PRL_FAILED(r) ? r : entry_text_out(text, buf, len);
}

/* ---- handles ---- */

PRL_METHOD(PrlHndlList_GetItemsCount)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    return count(h, PHT_HANDLES_LIST, ret);
}

PRL_METHOD(PrlHndlList_RemoveItem)(PRL_HANDLE h, PRL_UINT32 i)
{
    return remove_item(h, PHT_HANDLES_LIST, i);
}

/* A list inside itself would never be freed. (Nor would a ring of several, which is not looked for.) */
PRL_METHOD(PrlHndlList_AddItem)(PRL_HANDLE h, PRL_HANDLE item)
{
    ENTER();
    RESOLVE(struct list, l, h, PHT_HANDLES_LIST);
    RESOLVE(struct object, obj, item, HANDLE_ANY);
    if (obj == list_object(l))
        return PRL_ERR_INVALID_ARG;
    return list_add_object(l, obj) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlHndlList_GetItem)(PRL_HANDLE h, PRL_UINT32 i, PRL_HANDLE_PTR ret)
{
    AUTO(object_unref) struct object *item = NULL;

    ENTER();
    RESOLVE(struct list, l, h, PHT_HANDLES_LIST);
    REQUIRE(ret);
    const PRL_RESULT r = list_get_object(l, i, &item);

    return PRL_FAILED(r) ? r : handle_give(item, ret);
}

/* ---- numbers ---- */

PRL_METHOD(PrlOpTypeList_GetItemsCount)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    return count(h, PHT_OPAQUE_TYPE_LIST, ret);
}

PRL_METHOD(PrlOpTypeList_RemoveItem)(PRL_HANDLE h, PRL_UINT32 i)
{
    return remove_item(h, PHT_OPAQUE_TYPE_LIST, i);
}

PRL_METHOD(PrlOpTypeList_AddItem)(PRL_HANDLE h, PRL_CONST_VOID_PTR item)
{
    ENTER();
    RESOLVE(struct list, l, h, PHT_OPAQUE_TYPE_LIST);
    REQUIRE(item);
    return list_add_item(l, item) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlOpTypeList_GetItem)(PRL_HANDLE h, PRL_UINT32 i, PRL_VOID_PTR ret)
{
    ENTER();
    RESOLVE(struct list, l, h, PHT_OPAQUE_TYPE_LIST);
    REQUIRE(ret);
    return list_get_item(l, i, ret);
}

PRL_METHOD(PrlOpTypeList_GetTypeSize)(PRL_HANDLE h, PRL_SIZE_PTR ret)
{
    ENTER();
    RESOLVE(struct list, l, h, PHT_OPAQUE_TYPE_LIST);
    REQUIRE(ret);
    *ret = list_item_size(l);
    return PRL_ERR_SUCCESS;
}
