/* SPDX-License-Identifier: MIT */
/* Settings/Startup/AutoStart: machines that start when the service first runs after a boot of the host. */
#ifndef PRLKVM_ENGINE_AUTOSTART_H
#define PRLKVM_ENGINE_AUTOSTART_H

/* Once, when the service can take requests. AutoStartDelay is not waited for. */
void autostart_run(const char *state_dir);

#endif
