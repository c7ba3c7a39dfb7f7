/* SPDX-License-Identifier: MIT */
/* What the tool says: failures with their cause, progress on a terminal, JSON; and the signals that cancel. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "tool.h"

#define BAR_CELLS 40

static volatile sig_atomic_t caught;

/* ---- failures ---- */

static int
exit_code_of(PRL_RESULT rc)
{
    switch (rc) {
    case PRL_ERR_DISK_SHARING_VIOLATION:
    case PRL_ERR_DISK_NOT_PERMITTED:
    case PRL_ERR_DISK_XML_LOCKED:
        return EXIT_BUSY;
    case PRL_ERR_DISK_RESIZER_NOT_FOUND:
    case PRL_ERR_DISK_TOOL_NOT_FOUND:
        return EXIT_NO_HELPER;
    default:
        return EXIT_FAILED;
    }
}

static const struct {
    PRL_RESULT code;
    const char *words;
} words[] = {
    { PRL_ERR_FILE_NOT_FOUND, "no such disk" },
    { PRL_ERR_OUT_OF_MEMORY, "out of memory" },
    { PRL_ERR_TIMEOUT, "a helper program got stuck" },
    { PRL_ERR_DISK_FILE_EXISTS, "it exists already" },
    { PRL_ERR_DISK_INSUFFICIENT_SPACE, "there is not enough room on the host" },
    { PRL_ERR_DISK_SHARING_VIOLATION, "the disk is in use" },
    { PRL_ERR_DISK_NOT_PERMITTED, "the disk must not be changed" },
    { PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "that is not possible with this disk" },
    { PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED, "a disk with snapshots keeps its size" },
    { PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW, "that size is too small" },
    { PRL_ERR_DISK_STATES_ERROR, "no such snapshot" },
    { PRL_ERR_DISK_XML_MISSING, "the directory is no disk" },
    { PRL_ERR_DISK_INVALID_FORMAT, "the format is not known" },
    { PRL_ERR_DISK_INCORRECTLY_CLOSED, "the disk was not closed cleanly: check it" },
    { PRL_ERR_DISK_IMAGES_CORRUPTED, "the disk is damaged: check it" },
    { PRL_ERR_DISK_STORAGE_CORRUPTED, "the disk is damaged: check it" },
    { PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, "the disk is damaged: check it" },
    { PRL_ERR_DISK_RESIZER_NOT_FOUND, "a program is missing" },
    { PRL_ERR_DISK_TOOL_NOT_FOUND, "a program is missing" },
    { PRL_ERR_DISK_TOOL_PROCESS_ERROR, "a helper program failed" },
};

static const char *
words_of(PRL_RESULT rc)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (words[i].code == rc)
            return words[i].words;
    return "it failed";
}

int
report_failure(PRL_RESULT rc)
{
    const struct err *e = err_peek();
    const char *why = e->code == rc && e->details ? e->details : NULL;

    report_progress_end();
    if (caught && rc == PRL_ERR_DISK_USER_INTERRUPTED) {
        fprintf(stderr, "prl_disk_tool: cancelled by signal %d; what is on the disk is as it was\n", (int)caught);
        return EXIT_SIGNAL + caught;
    }
    fprintf(stderr, "prl_disk_tool: %s%s%s (0x%08x)\n", words_of(rc), why ? ": " : "", why ? why : "", (unsigned)rc);
    return exit_code_of(rc);
}

void
report_note(const char *fmt, ...)
{
    va_list ap;

    report_progress_end();
    fprintf(stderr, "prl_disk_tool: ");
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
}

/* ---- signals ---- */

static void
catch_it(int number)
{
    caught = number;
}

void
report_catch_signals(void)
{
    struct sigaction sa = { .sa_handler = catch_it };

    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
}

/* ---- progress ---- */

static int shown = -1; /* percent */

static void
draw(int percent)
{
    char bar[BAR_CELLS + 1];
    int full = percent * BAR_CELLS / 100;

    memset(bar, '#', (size_t)full);
    memset(bar + full, '.', (size_t)(BAR_CELLS - full));
    bar[BAR_CELLS] = '\0';
    fprintf(stderr, "\rOperation progress %3d %% [%s]", percent, bar);
    fflush(stderr);
}

static bool
watch_report(void *arg, int permille)
{
    int percent = permille < 0 ? 0 : permille > 1000 ? 100 : permille / 10;

    if (percent != shown && isatty(STDERR_FILENO)) {
        draw(percent);
        shown = percent;
    }
    return !caught;
}

const struct image_watch *
report_watch(void)
{
    static const struct image_watch watch = { watch_report, NULL };

    return &watch;
}

void
report_progress_done(void)
{
    if (shown >= 0 && shown < 100)
        draw(100);
    report_progress_end();
}

void
report_progress_end(void)
{
    if (shown >= 0)
        fprintf(stderr, "\n");
    shown = -1;
}

/* ---- JSON ---- */

int
report_json(json_t *value)
{
    char *text = value ? json_dumps(value, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;

    json_decref(value);
    if (!text || printf("%s\n", text) < 0 || fflush(stdout)) {
        free(text);
        return report_failure(err_set(PRL_ERR_OUT_OF_MEMORY, "the answer cannot be written"));
    }
    free(text);
    return EXIT_DONE;
}
