/* SPDX-License-Identifier: MIT */
/*
 * PRL_HANDLE numbers: slot + generation, below 2^32, never an address (design 4). Check of number, type and life is one step that
 * returns a counted reference. Lock-free for get/addref/free; any thread.
 */
#ifndef PRLKVM_CORE_HANDLE_H
#define PRLKVM_CORE_HANDLE_H

#include "object.h"

/* What a function accepts: one PHT_* number, or one of these groups. */
enum handle_group {
    HANDLE_ANY = 1,   /* every live handle */
    HANDLE_VM_DEV,    /* PHT_VIRTUAL_DEV_* as api/README lists them */
    HANDLE_HW,        /* PHT_HW_* host devices: PrlSrvCfgDev_ */
    HANDLE_EVENT_SRC, /* a server or a VM */
};

/* Gives the caller one handle reference to obj (its existing number when it has a live one). Takes its own object reference. */
PRL_RESULT handle_give(struct object *obj, PRL_HANDLE *ret);
/* The object, with a reference for the caller, or NULL when h is not a live handle of `accept` (PHT_* or enum handle_group). */
struct object *handle_get(PRL_HANDLE h, unsigned accept);
PRL_RESULT handle_addref(PRL_HANDLE h);
PRL_RESULT handle_free(PRL_HANDLE h);
PRL_UINT32 handle_count(PRL_HANDLE_TYPE type); /* PHT_ERROR: all */

/* The three top bits of the version word, ored in at bit 29. Called by init while no handle lives. */
void handle_set_sequence(unsigned bits);
/* Kills every live handle whatever its count (the last PrlApi_Deinit). */
void handle_drop_all(void);
/* In the child of a fork: the numbers die, the objects stay where they are (their threads are not here to end them). */
void handle_forget_all(void);

#endif
