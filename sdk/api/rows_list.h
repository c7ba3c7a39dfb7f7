/* SPDX-License-Identifier: MIT */
/*
 * Reduces every kind of row to one, for whoever walks over all functions (SdkWrap, the Python table, tests,
 * doc/coverage.md):
 *
 *   #define ROW(name, how, state, job_code, parameters...) ...
 *   #include "api/rows_list.h"        // includes api.def, then forgets ROW and all row kinds
 *
 * how: SYNC (PRL_RESULT) or ASYNC (PRL_HANDLE of a job). state: FIELD, HAND, LATER or a reason of rows_reasons.h.
 * job_code: PJOC_*, or 0 where the function makes no job or its hand-written body says. parameters: see rows_params.h.
 * May be included many times.
 */
#include "rows_params.h"
#include "rows_reasons.h"

#define FIELD_NUMBER_(get, set, ctype) GET_NUMBER_(get, ctype) SET_NUMBER_(set, ctype)
#define GET_NUMBER_(get, ctype) ROW(get, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR(ctype *, value))
#define SET_NUMBER_(set, ctype) ROW(set, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), VALUE(ctype, value))
#define GET_BOOL(get, path, def) GET_NUMBER_(get, PRL_BOOL)
#define GET_U16(get, path, def) GET_NUMBER_(get, PRL_UINT16)
#define GET_U32(get, path, def) GET_NUMBER_(get, PRL_UINT32)
#define GET_I32(get, path, def) GET_NUMBER_(get, PRL_INT32)
#define GET_U64(get, path, def) GET_NUMBER_(get, PRL_UINT64)
#define GET_ENUM(get, ctype, path, def) GET_NUMBER_(get, ctype)
#define SET_BOOL(set, path) SET_NUMBER_(set, PRL_BOOL)
#define SET_U16(set, path, lo, hi) SET_NUMBER_(set, PRL_UINT16)
#define SET_U32(set, path, lo, hi) SET_NUMBER_(set, PRL_UINT32)
#define SET_I32(set, path, lo, hi) SET_NUMBER_(set, PRL_INT32)
#define SET_U64(set, path, lo, hi) SET_NUMBER_(set, PRL_UINT64)
#define SET_ENUM(set, ctype, path, lo, hi) SET_NUMBER_(set, ctype)
#define FIELD_BOOL(get, set, path, def) FIELD_NUMBER_(get, set, PRL_BOOL)
#define FIELD_U16(get, set, path, def, lo, hi) FIELD_NUMBER_(get, set, PRL_UINT16)
#define FIELD_U32(get, set, path, def, lo, hi) FIELD_NUMBER_(get, set, PRL_UINT32)
#define FIELD_I32(get, set, path, def, lo, hi) FIELD_NUMBER_(get, set, PRL_INT32)
#define FIELD_U64(get, set, path, def, lo, hi) FIELD_NUMBER_(get, set, PRL_UINT64)
#define FIELD_ENUM(get, set, ctype, path, def) FIELD_NUMBER_(get, set, ctype)
#define GET_TEXT(get, path, def)                                                                   \
    ROW(get, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR_OR_NULL(PRL_STR, buf), PTR(PRL_UINT32_PTR, len))
#define SET_TEXT(set, path) ROW(set, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR(PRL_CONST_STR, text))
#define SET_TEXT_IF(set, path, check) SET_TEXT(set, path)
#define FIELD_TEXT(get, set, path, def) GET_TEXT(get, path, def) SET_TEXT(set, path)
#define FIELD_TEXT_OR_NULL(get, set, path, def)                                                    \
    GET_TEXT(get, path, def)                                                                       \
    ROW(set, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR_OR_NULL(PRL_CONST_STR, text))
#define GET_TEXTS(get, path) ROW(get, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR(PRL_HANDLE_PTR, ret_list))
#define SET_TEXTS(set, path) ROW(set, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), HANDLE_OR_0(list, PHT_STRINGS_LIST))
#define SET_TEXTS_NOT_0(set, path) ROW(set, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), HANDLE(list, PHT_STRINGS_LIST))
#define SET_TEXTS_OR_DEAD(set, path)                                                               \
    ROW(set, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), HANDLE_OR_DEAD(list, PHT_STRINGS_LIST))
#define TEXTS(get, set, path) GET_TEXTS(get, path) SET_TEXTS(set, path)
#define COUNT(get, path) ROW(get, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR(PRL_UINT32_PTR, ret_count))
#define ITEM(get, path, pht)                                                                       \
    ROW(get, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), VALUE(PRL_UINT32, index), PTR(PRL_HANDLE_PTR, ret_item))
#define DEVICE(count, get, pde)                                                                    \
    ROW(count, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), PTR(PRL_UINT32_PTR, ret_count))                 \
    ROW(get, SYNC, FIELD, 0, HANDLE(h, ROW_PHT), VALUE(PRL_UINT32, index), PTR(PRL_HANDLE_PTR, ret_device))
#define PARAM_BOOL(get, name, def) GET_NUMBER_(get, PRL_BOOL)
#define PARAM_U32(get, name, def) GET_NUMBER_(get, PRL_UINT32)
#define PARAM_ENUM(get, ctype, name, def) GET_NUMBER_(get, ctype)
#define PARAM_TEXT(get, name) GET_TEXT(get, name, "")
#define BY_HAND(name, how, ...) ROW(name, how, HAND, 0, __VA_ARGS__)
#define BY_HAND_NO_BODY(name, how, why, ...) ROW(name, how, why, 0, __VA_ARGS__)
#define NO_BODY(name, why, ...) ROW(name, SYNC, why, 0, __VA_ARGS__)
#define NO_BODY_ANYTIME(name, why, ...) ROW(name, SYNC, why, 0, __VA_ARGS__)
#define NO_BODY_ASYNC(name, why, job_code, ...) ROW(name, ASYNC, why, job_code, __VA_ARGS__)

#include "api.def"

#undef FIELD_NUMBER_
#undef GET_NUMBER_
#undef SET_NUMBER_
#undef GET_BOOL
#undef GET_U16
#undef GET_U32
#undef GET_I32
#undef GET_U64
#undef GET_ENUM
#undef SET_BOOL
#undef SET_U16
#undef SET_U32
#undef SET_I32
#undef SET_U64
#undef SET_ENUM
#undef FIELD_BOOL
#undef FIELD_U16
#undef FIELD_U32
#undef FIELD_I32
#undef FIELD_U64
#undef FIELD_ENUM
#undef GET_TEXT
#undef SET_TEXT
#undef SET_TEXT_IF
#undef FIELD_TEXT
#undef FIELD_TEXT_OR_NULL
#undef GET_TEXTS
#undef SET_TEXTS
#undef SET_TEXTS_NOT_0
#undef SET_TEXTS_OR_DEAD
#undef TEXTS
#undef COUNT
#undef ITEM
#undef DEVICE
#undef PARAM_BOOL
#undef PARAM_U32
#undef PARAM_ENUM
#undef PARAM_TEXT
#undef BY_HAND
#undef BY_HAND_NO_BODY
#undef NO_BODY
#undef NO_BODY_ANYTIME
#undef NO_BODY_ASYNC
#undef ROW
