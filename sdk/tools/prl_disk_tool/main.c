/* SPDX-License-Identifier: MIT */
/* prl_disk_tool: virtual disks of stopped machines, in the command line of the products. No service is needed. */
#include <signal.h>
#include <stddef.h>

#include "tool.h"

#define FORM (OPT_PLAIN | OPT_EXPANDING | OPT_SPLIT | OPT_NOSPLIT)

const struct command commands[] = {
    { "create", NULL, OPT_HDD | OPT_SIZE | OPT_PLAIN | OPT_EXPANDING | OPT_SPLIT, OPT_HDD | OPT_SIZE, command_create, true,
      "--hdd PATH --size SIZE[K|M|G|T] [--expanding | --plain] [--split]" },
    { "resize", NULL, OPT_HDD | OPT_SIZE | OPT_RESIZE_PARTITION | OPT_FORCE | OPT_INFO | OPT_UNITS | OPT_JSON, OPT_HDD, command_resize, true,
      "--hdd PATH --size SIZE[K|M|G|T] [--resize_partition] [--force]\n"
      "       prl_disk_tool resize --hdd PATH -i|--info [--units K|M|G|T] [--json]" },
    { "compact", NULL, OPT_HDD | OPT_BUILDMAP | OPT_FORCE | OPT_INFO | OPT_JSON, OPT_HDD, command_compact, true,
      "--hdd PATH [--buildmap] [--force]\n"
      "       prl_disk_tool compact --hdd PATH -i|--info [--json]" },
    { "merge", NULL, OPT_HDD | OPT_EXTERNAL | OPT_FORCE, OPT_HDD, command_merge, true, "--hdd PATH [--external]" },
    { "convert", NULL, OPT_HDD | FORM | OPT_MERGE | OPT_FORCE, OPT_HDD, command_convert, true,
      "--hdd PATH [--plain | --expanding] [--split | --nosplit] [--merge]" },
    { "check", NULL, OPT_HDD | OPT_REPAIR | OPT_JSON, OPT_HDD, command_check, false, "--hdd PATH [--repair] [--json]" },
    { "info", NULL, OPT_HDD | OPT_JSON, OPT_HDD, command_info, false, "--hdd PATH [--json]" },
    { "map", NULL, OPT_HDD | OPT_JSON, OPT_HDD, command_map, false, "--hdd PATH [--json]" },
    { "snapshot", "list", OPT_HDD | OPT_JSON, OPT_HDD, command_snapshot_list, false, "list --hdd PATH [--json]" },
    { "snapshot", "create", OPT_HDD | OPT_NAME, OPT_HDD, command_snapshot_create, true, "create --hdd PATH [--name NAME]" },
    { "snapshot", "delete", OPT_HDD | OPT_ID | OPT_CHILDREN, OPT_HDD | OPT_ID, command_snapshot_delete, true, "delete --hdd PATH --id ID [--children]" },
    { "snapshot", "switch", OPT_HDD | OPT_ID, OPT_HDD | OPT_ID, command_snapshot_switch, true, "switch --hdd PATH --id ID" },
    { "export", NULL, OPT_HDD | OPT_TO | OPT_FORMAT | OPT_FROM_FORMAT, OPT_HDD | OPT_TO | OPT_FORMAT, command_export, true,
      "--hdd PATH --to FILE --format FORMAT [--from-format FORMAT]" },
    { "import", NULL, OPT_HDD | OPT_FROM | OPT_FORMAT | OPT_FROM_FORMAT | OPT_PLAIN | OPT_EXPANDING, OPT_HDD | OPT_FROM, command_import, true,
      "--hdd PATH --from FILE [--from-format FORMAT] [--expanding | --plain | --format FORMAT]" },
    { NULL },
};

static int
dry_run(const struct command *c)
{
    report_note("%s: a dry run, nothing was changed", c->name);
    return EXIT_DONE;
}

int
main(int argc, char **argv)
{
    struct options o = { .unit = 'M' };
    const struct command *command = NULL;
    int code = options_parse(argc, argv, &o, &command);

    if (code < 0) {
        signal(SIGPIPE, SIG_IGN); /* a helper that ends early must not end us */
        report_catch_signals();
        code = o.is_dry && command->is_change ? dry_run(command) : command->run(&o);
        report_progress_end();
    }
    options_clear(&o);
    return code;
}
