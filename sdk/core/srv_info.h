/* SPDX-License-Identifier: MIT */
/* PHT_LOGIN_RESPONSE, PHT_RUNNING_TASK and PHT_SERVER_INFO: what the login reply told, as event documents with named parameters. */
#ifndef PRLKVM_CORE_SRV_INFO_H
#define PRLKVM_CORE_SRV_INFO_H

#include <jansson.h>

#include "config_obj.h"

struct srv_obj;

/* info: members of the login reply (doc/wire.md). NULL: no memory. */
struct config_obj *srv_info_login_response(json_t *info);
/* Before any login: empty texts and 0. The host name is the one the program asked for. */
struct config_obj *srv_info_of(struct srv_obj *srv);

/* Parameter `name` of such an object, allocated. PRL_ERR_NO_DATA: absent. */
PRL_RESULT srv_info_text(struct config_obj *o, const char *name, char **ret_text);
PRL_RESULT srv_info_number(struct config_obj *o, const char *name, uint64_t *ret);
PRL_UINT32 srv_info_task_count(struct config_obj *login_response);
PRL_RESULT srv_info_task(struct config_obj *login_response, PRL_UINT32 i, struct config_obj **ret);

#endif
