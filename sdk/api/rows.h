/* SPDX-License-Identifier: MIT */
/*
 * Expands the rows of a .def file into functions. An api_<object>.c includes this header, its .def, and then holds
 * the bodies of the BY_HAND rows. Each row spells the names in full; its parameters are compared with the public
 * prototype by the compiler.
 *
 * Before rows of another object a .def says ROW_PHT: what the first handle must be (PHT_* or enum handle_group).
 *
 *   FIELD_BOOL (getter, setter, path, default)                  one element, path from the object's own element
 *   FIELD_U32  (getter, setter, path, default, low, high)       U16, I32, U64 alike
 *   FIELD_ENUM (getter, setter, type, path, default)
 *   FIELD_TEXT (getter, setter, path, default)
 *   FIELD_TEXT_OR_NULL (getter, setter, path, default)          the setter takes NULL for ""
 *   SET_TEXT_IF (setter, path, check)                           the text must pass a check of model/text_check.h
 *   GET_x (getter, path, default) SET_x (setter, path, low, high)   where there is only one, or the two differ
 *   TEXTS      (getter, setter, path)                           a list of texts; GET_TEXTS, SET_TEXTS (0 clears),
 *                                                               SET_TEXTS_NOT_0, SET_TEXTS_OR_DEAD (so does a dead handle)
 *   COUNT      (getter, path)                                   number of elements
 *   ITEM       (getter, path, type)                             n-th of them as an object
 *   DEVICE     (count, getter, PDE_*)                           devices of one type
 *   PARAM_x    (getter, name, default)                          a parameter of an event-like document
 *   BY_HAND    (function, SYNC, parameters...)                  body elsewhere; SYNC or ASYNC
 *   BY_HAND_NO_BODY (function, SYNC, why, parameters...)       the same for one that only says PRL_ERR_UNIMPLEMENTED
 *   NO_BODY    (function, why, parameters...)                   checks its arguments, then PRL_ERR_UNIMPLEMENTED
 *   NO_BODY_ANYTIME                                             the same before PrlApi_Init too
 *   NO_BODY_ASYNC (function, why, PJOC_*, parameters...)        a finished failed job; the first parameter is a HANDLE
 *
 * why (doc/coverage.md): LATER, or a reason to stay out: rows_reasons.h.
 */
#ifndef PRLKVM_API_ROWS_H
#define PRLKVM_API_ROWS_H

#include "public.h"
#include "row_body.h"
#include "rows_params.h"
#include "core/entry.h"
#include "model/text_check.h"

#define U32_MAX 0xffffffffu

#define GET_NUMBER_(get, ctype, kind, path, def)                                                   \
    PRL_METHOD(get)(PRL_HANDLE h, ctype * value)                                                   \
    {                                                                                              \
        static const struct field row = { path, kind, def, 0, 0, NULL };                           \
        _Static_assert(sizeof *value == (kind == FIELD_IS_U16 ? 2 : kind == FIELD_IS_U64 ? 8 : 4), \
                       #get);                                                                      \
        return row_get_number(h, ROW_PHT, &row, value);                                            \
    }
#define SET_NUMBER_(set, ctype, kind, path, lo, hi)                                                \
    PRL_METHOD(set)(PRL_HANDLE h, ctype value)                                                     \
    {                                                                                              \
        static const struct field row = { path, kind, 0, (uint64_t)(lo), (uint64_t)(hi), NULL };   \
        return row_set_number(h, ROW_PHT, &row, (int64_t)value);                                   \
    }

#define GET_BOOL(get, path, def) GET_NUMBER_(get, PRL_BOOL, FIELD_IS_BOOL, path, def)
#define GET_U16(get, path, def) GET_NUMBER_(get, PRL_UINT16, FIELD_IS_U16, path, def)
#define GET_U32(get, path, def) GET_NUMBER_(get, PRL_UINT32, FIELD_IS_U32, path, def)
#define GET_I32(get, path, def) GET_NUMBER_(get, PRL_INT32, FIELD_IS_I32, path, def)
#define GET_U64(get, path, def) GET_NUMBER_(get, PRL_UINT64, FIELD_IS_U64, path, def)
#define GET_ENUM(get, ctype, path, def) GET_NUMBER_(get, ctype, FIELD_IS_U32, path, def)
#define SET_BOOL(set, path) SET_NUMBER_(set, PRL_BOOL, FIELD_IS_BOOL, path, 0, 1)
#define SET_U16(set, path, lo, hi) SET_NUMBER_(set, PRL_UINT16, FIELD_IS_U16, path, lo, hi)
#define SET_U32(set, path, lo, hi) SET_NUMBER_(set, PRL_UINT32, FIELD_IS_U32, path, lo, hi)
#define SET_I32(set, path, lo, hi) SET_NUMBER_(set, PRL_INT32, FIELD_IS_I32, path, lo, hi)
#define SET_U64(set, path, lo, hi) SET_NUMBER_(set, PRL_UINT64, FIELD_IS_U64, path, lo, hi)
/* What an enumeration may hold is for commit to judge, but for the range a row gives (semantics 7.1). */
#define SET_ENUM(set, ctype, path, lo, hi)                                                         \
    PRL_METHOD(set)(PRL_HANDLE h, ctype value)                                                     \
    {                                                                                              \
        static const struct field row = { path,           FIELD_IS_U32,   0,                       \
                                          (uint64_t)(lo), (uint64_t)(hi), NULL };                  \
        return row_set_number(h, ROW_PHT, &row, (int64_t)(PRL_UINT32)value);                       \
    }
#define GET_TEXT(get, path, def)                                                                   \
    PRL_METHOD(get)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)                                 \
    {                                                                                              \
        static const struct field row = { path, FIELD_IS_TEXT, 0, 0, 0, def };                     \
        return row_get_text(h, ROW_PHT, &row, buf, len);                                           \
    }
#define SET_TEXT(set, path)                                                                        \
    PRL_METHOD(set)(PRL_HANDLE h, PRL_CONST_STR text)                                              \
    {                                                                                              \
        static const struct field row = { path, FIELD_IS_TEXT, 0, 0, 0, NULL };                    \
        return row_set_text(h, ROW_PHT, &row, text);                                               \
    }

#define SET_TEXT_OR_NULL(set, path)                                                                \
    PRL_METHOD(set)(PRL_HANDLE h, PRL_CONST_STR text)                                              \
    {                                                                                              \
        static const struct field row = { path, FIELD_IS_TEXT, 0, 0, 0, NULL };                    \
        return row_set_text(h, ROW_PHT, &row, text ? text : "");                                   \
    }

#define SET_TEXT_IF(set, path, check)                                                              \
    PRL_METHOD(set)(PRL_HANDLE h, PRL_CONST_STR text)                                              \
    {                                                                                              \
        static const struct field row = { path, FIELD_IS_TEXT, 0, 0, 0, NULL, check };             \
        return row_set_text(h, ROW_PHT, &row, text);                                               \
    }

#define FIELD_BOOL(get, set, path, def) GET_BOOL(get, path, def) SET_BOOL(set, path)
#define FIELD_U16(get, set, path, def, lo, hi) GET_U16(get, path, def) SET_U16(set, path, lo, hi)
#define FIELD_U32(get, set, path, def, lo, hi) GET_U32(get, path, def) SET_U32(set, path, lo, hi)
#define FIELD_I32(get, set, path, def, lo, hi) GET_I32(get, path, def) SET_I32(set, path, lo, hi)
#define FIELD_U64(get, set, path, def, lo, hi) GET_U64(get, path, def) SET_U64(set, path, lo, hi)
#define FIELD_ENUM(get, set, ctype, path, def) GET_ENUM(get, ctype, path, def) SET_ENUM(set, ctype, path, 0, U32_MAX)
#define FIELD_TEXT(get, set, path, def) GET_TEXT(get, path, def) SET_TEXT(set, path)
#define FIELD_TEXT_OR_NULL(get, set, path, def) GET_TEXT(get, path, def) SET_TEXT_OR_NULL(set, path)

#define GET_TEXTS(get, path)                                                                       \
    PRL_METHOD(get)(PRL_HANDLE h, PRL_HANDLE_PTR ret_list)                                         \
    {                                                                                              \
        return row_get_texts(h, ROW_PHT, path, ret_list);                                          \
    }
#define SET_TEXTS(set, path)                                                                       \
    PRL_METHOD(set)(PRL_HANDLE h, PRL_HANDLE list)                                                 \
    {                                                                                              \
        return row_set_texts(h, ROW_PHT, path, list, ROW_LIST_OR_0);                                        \
    }
#define SET_TEXTS_NOT_0(set, path)                                                                 \
    PRL_METHOD(set)(PRL_HANDLE h, PRL_HANDLE list)                                                 \
    {                                                                                              \
        return row_set_texts(h, ROW_PHT, path, list, ROW_LIST);                                       \
    }
#define SET_TEXTS_OR_DEAD(set, path)                                                               \
    PRL_METHOD(set)(PRL_HANDLE h, PRL_HANDLE list)                                                 \
    {                                                                                              \
        return row_set_texts(h, ROW_PHT, path, list, ROW_LIST_OR_DEAD);                            \
    }
#define TEXTS(get, set, path) GET_TEXTS(get, path) SET_TEXTS(set, path)

#define COUNT(get, path)                                                                           \
    PRL_METHOD(get)(PRL_HANDLE h, PRL_UINT32_PTR ret_count)                                        \
    {                                                                                              \
        return row_count(h, ROW_PHT, path, ret_count);                                             \
    }
#define ITEM(get, path, pht)                                                                       \
    PRL_METHOD(get)(PRL_HANDLE h, PRL_UINT32 index, PRL_HANDLE_PTR ret_item)                       \
    {                                                                                              \
        return row_item(h, ROW_PHT, path, pht, index, ret_item);                                   \
    }
#define DEVICE(count, get, pde)                                                                    \
    PRL_METHOD(count)(PRL_HANDLE h, PRL_UINT32_PTR ret_count)                                      \
    {                                                                                              \
        return row_device_count(h, pde, ret_count);                                                \
    }                                                                                              \
    PRL_METHOD(get)(PRL_HANDLE h, PRL_UINT32 index, PRL_HANDLE_PTR ret_device)                     \
    {                                                                                              \
        return row_device(h, pde, index, ret_device);                                              \
    }

#define PARAM_NUMBER_(get, ctype, kind, name, def)                                                 \
    PRL_METHOD(get)(PRL_HANDLE h, ctype * value)                                                   \
    {                                                                                              \
        static const struct field row = { name, kind, def, 0, 0, NULL };                           \
        return row_param_number(h, ROW_PHT, &row, value);                                          \
    }
#define PARAM_BOOL(get, name, def) PARAM_NUMBER_(get, PRL_BOOL, FIELD_IS_BOOL, name, def)
#define PARAM_U32(get, name, def) PARAM_NUMBER_(get, PRL_UINT32, FIELD_IS_U32, name, def)
#define PARAM_ENUM(get, ctype, name, def) PARAM_NUMBER_(get, ctype, FIELD_IS_U32, name, def)
#define PARAM_TEXT(get, name)                                                                      \
    PRL_METHOD(get)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)                                 \
    {                                                                                              \
        return row_param_text(h, ROW_PHT, name, buf, len);                                         \
    }

#define BY_HAND(name, how, ...) BY_HAND_##how##_(name, __VA_ARGS__)
#define BY_HAND_NO_BODY(name, how, why, ...) BY_HAND_##how##_(name, __VA_ARGS__)
#define BY_HAND_SYNC_(name, ...) PRL_METHOD(name)(ROW_DECLS(__VA_ARGS__));
#define BY_HAND_ASYNC_(name, ...) PRL_ASYNC_METHOD(name)(ROW_DECLS(__VA_ARGS__));

#define ROW_REFUSE_IF_(cond) if (cond) return PRL_ERR_INVALID_ARG;
#define ROW_CHECK_(p) ROW_CHECK_##p
#define ROW_CHECK_HANDLE(name, accept) ROW_REFUSE_IF_(!row_handle_is(name, accept))
#define ROW_CHECK_HANDLE_OR_0(name, accept) ROW_REFUSE_IF_(name && !row_handle_is(name, accept))
#define ROW_CHECK_HANDLE_OR_DEAD(name, accept)                                                     \
    ROW_REFUSE_IF_(row_handle_is(name, HANDLE_ANY) && !row_handle_is(name, accept))
#define ROW_CHECK_PTR(type, name) ROW_REFUSE_IF_(!(name))
#define ROW_CHECK_NAME(type, name) ROW_REFUSE_IF_(!(name) || !*(name))
#define ROW_CHECK_PTR_OR_NULL(type, name)
#define ROW_CHECK_VALUE(type, name)
#define ROW_CHECK_NOTHING()
#define ROW_REFUSE_JOB_IF_(cond) if (cond) return job_refused(async_job_code_, PRL_ERR_INVALID_ARG);
#define ROW_JOB_CHECK_(p) ROW_JOB_CHECK_##p
#define ROW_JOB_CHECK_HANDLE(name, accept) ROW_REFUSE_JOB_IF_(!row_handle_is(name, accept))
#define ROW_JOB_CHECK_HANDLE_OR_0(name, accept) ROW_REFUSE_JOB_IF_(name && !row_handle_is(name, accept))
#define ROW_JOB_CHECK_PTR(type, name) ROW_REFUSE_JOB_IF_(!(name))
#define ROW_JOB_CHECK_NAME(type, name) ROW_REFUSE_JOB_IF_(!(name) || !*(name))
#define ROW_JOB_CHECK_PTR_OR_NULL(type, name)
#define ROW_JOB_CHECK_VALUE(type, name)

#define NO_BODY(name, why, ...)                                                                    \
    PRL_METHOD(name)(ROW_DECLS(__VA_ARGS__))                                                       \
    {                                                                                              \
        ENTER();                                                                                   \
        ROW_EACH(ROW_CHECK_, __VA_ARGS__)                                                          \
        return PRL_ERR_UNIMPLEMENTED;                                                              \
    }
#define NO_BODY_ANYTIME(name, why, ...)                                                            \
    PRL_METHOD(name)(ROW_DECLS(__VA_ARGS__))                                                       \
    {                                                                                              \
        ROW_EACH(ROW_CHECK_, __VA_ARGS__)                                                          \
        return PRL_ERR_UNIMPLEMENTED;                                                              \
    }
#define NO_BODY_ASYNC(name, why, job_code, ...)                                                    \
    PRL_ASYNC_METHOD(name)(ROW_DECLS(__VA_ARGS__))                                                 \
    {                                                                                              \
        ENTER_ASYNC(job_code);                                                                     \
        ROW_EACH(ROW_JOB_CHECK_, __VA_ARGS__)                                                      \
        return row_request_unserved(ROW_SUBJECT(__VA_ARGS__), job_code);                           \
    }

#endif
