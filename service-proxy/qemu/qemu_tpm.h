/* SPDX-License-Identifier: MIT */
/* The TPM of a VM: swtpm, with its state in the VM's home. */
#ifndef PRLKVM_QEMU_QEMU_TPM_H
#define PRLKVM_QEMU_QEMU_TPM_H

#define TPM_STATE_DIR "tpm"
#define TPM_STATE_FILE "tpm2-00.permall" /* swtpm's own name, in that directory */

/* swtpm's path, allocated; NULL: none here. */
char *qemu_tpm_program(void);

#endif
