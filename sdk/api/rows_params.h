/* SPDX-License-Identifier: MIT */
/*
 * Parameter lists of rows. A row spells its function's parameters in the order of the public prototype:
 *
 *   HANDLE(hVm, PHT_VIRTUAL_MACHINE)     must be a live handle of that type (or of a group, core/handle.h)
 *   HANDLE_OR_0(hList, PHT_STRINGS_LIST) may be 0, else as above
 *   HANDLE_OR_DEAD(hCfg, PHT_X)          0 or a dead handle counts as absent; a live one must be of the type
 *   PTR(PRL_CONST_STR, sName)            must not be NULL
 *   NAME(PRL_CONST_STR, sUser)           a text that must be neither NULL nor ""
 *   PTR_OR_NULL(PRL_STR, sBuf)           may be NULL
 *   VALUE(PRL_UINT32, nFlags)            anything
 *   NOTHING()                            no parameters
 *
 * ROW_EACH(M, list...) applies M to each of them. M usually pastes a prefix to the word in front: #define M(p) DECL_##p
 * makes DECL_HANDLE(hVm, PHT_VIRTUAL_MACHINE), which the user of the list defines.
 */
#ifndef PRLKVM_API_ROWS_PARAMS_H
#define PRLKVM_API_ROWS_PARAMS_H

#define ROW_EACH(M, ...) ROW_PICK_(__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)(M, __VA_ARGS__)
#define ROW_PICK_(a, b, c, d, e, f, g, h, i, j, k, l, n, ...) ROW_EACH_##n##_
#define ROW_EACH_1_(M, a) M(a)
#define ROW_EACH_2_(M, a, ...) M(a) ROW_EACH_1_(M, __VA_ARGS__)
#define ROW_EACH_3_(M, a, ...) M(a) ROW_EACH_2_(M, __VA_ARGS__)
#define ROW_EACH_4_(M, a, ...) M(a) ROW_EACH_3_(M, __VA_ARGS__)
#define ROW_EACH_5_(M, a, ...) M(a) ROW_EACH_4_(M, __VA_ARGS__)
#define ROW_EACH_6_(M, a, ...) M(a) ROW_EACH_5_(M, __VA_ARGS__)
#define ROW_EACH_7_(M, a, ...) M(a) ROW_EACH_6_(M, __VA_ARGS__)
#define ROW_EACH_8_(M, a, ...) M(a) ROW_EACH_7_(M, __VA_ARGS__)
#define ROW_EACH_9_(M, a, ...) M(a) ROW_EACH_8_(M, __VA_ARGS__)
#define ROW_EACH_10_(M, a, ...) M(a) ROW_EACH_9_(M, __VA_ARGS__)
#define ROW_EACH_11_(M, a, ...) M(a) ROW_EACH_10_(M, __VA_ARGS__)
#define ROW_EACH_12_(M, a, ...) M(a) ROW_EACH_11_(M, __VA_ARGS__)

/* The list as C declares it: ROW_DECLS(HANDLE(hVm, X), VALUE(PRL_UINT32, n)) -> PRL_HANDLE hVm, PRL_UINT32 n */
#define ROW_DECLS(first, ...) ROW_FIRST_##first __VA_OPT__(ROW_EACH(ROW_NEXT_, __VA_ARGS__))
#define ROW_FIRST_HANDLE(name, accept) PRL_HANDLE name
#define ROW_FIRST_HANDLE_OR_0(name, accept) PRL_HANDLE name
#define ROW_FIRST_HANDLE_OR_DEAD(name, accept) PRL_HANDLE name
#define ROW_FIRST_PTR(type, name) type name
#define ROW_FIRST_NAME(type, name) type name
#define ROW_FIRST_PTR_OR_NULL(type, name) type name
#define ROW_FIRST_VALUE(type, name) type name
#define ROW_FIRST_NOTHING() void
#define ROW_NEXT_(p) , ROW_FIRST_##p

/* The first parameter, which must be a HANDLE, as two arguments: the handle and what it must be. */
#define ROW_SUBJECT(first, ...) ROW_SUBJECT_##first
#define ROW_SUBJECT_HANDLE(name, accept) name, accept

#endif
