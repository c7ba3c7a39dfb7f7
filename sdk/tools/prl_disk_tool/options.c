/* SPDX-License-Identifier: MIT */
/* The command line: options of all commands in one table, each command says which are its own. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "tool.h"

#define MIB ((uint64_t)1 << 20)
#define SIZE_MAX_MIB ((uint64_t)1 << 43)

enum { VAL_IGNORED = 1000, VAL_IGNORED_WORD, VAL_HELP, VAL_VERSION, VAL_FIRST };

static const struct spec {
    const char *name;
    int has_word;
    unsigned bit;
} specs[] = {
    { "hdd", 1, OPT_HDD },
    { "size", 1, OPT_SIZE },
    { "plain", 0, OPT_PLAIN },
    { "expanding", 0, OPT_EXPANDING },
    { "split", 0, OPT_SPLIT },
    { "nosplit", 0, OPT_NOSPLIT },
    { "resize_partition", 0, OPT_RESIZE_PARTITION },
    { "info", 0, OPT_INFO },
    { "units", 1, OPT_UNITS },
    { "force", 0, OPT_FORCE },
    { "external", 0, OPT_EXTERNAL },
    { "merge", 0, OPT_MERGE },
    { "buildmap", 0, OPT_BUILDMAP },
    { "json", 0, OPT_JSON },
    { "repair", 0, OPT_REPAIR },
    { "format", 1, OPT_FORMAT },
    { "from", 1, OPT_FROM },
    { "to", 1, OPT_TO },
    { "from-format", 1, OPT_FROM_FORMAT },
    { "id", 1, OPT_ID },
    { "name", 1, OPT_NAME },
    { "children", 0, OPT_CHILDREN },
};

/* Options of the products that mean nothing here: shared memory for their own service, words for its messages. */
static const struct option others[] = {
    { "comm", required_argument, NULL, VAL_IGNORED_WORD }, { "tr-err", no_argument, NULL, VAL_IGNORED }, { "exclude-pagefile", no_argument, NULL, VAL_IGNORED },
    { "help", no_argument, NULL, VAL_HELP },               { "usage", no_argument, NULL, VAL_HELP },      { "version", no_argument, NULL, VAL_VERSION },
    { "verbose", no_argument, NULL, 'v' },                 { "dry-run", no_argument, NULL, 'n' },
};

/* ---- words for people ---- */

static void
print_usage(FILE *to, const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (!name || strcmp(c->name, name) == 0)
            fprintf(to, "%s prl_disk_tool %s %s\n", "Usage:", c->name, c->usage);
    if (!name)
        fprintf(to, "       prl_disk_tool --help | --version\nSizes are in MB unless they end in K, M, G or T; man 8 prl_disk_tool tells more.\n");
}

static int
misused(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int
misused(const char *command, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "prl_disk_tool: ");
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
    print_usage(stderr, command);
    return EXIT_USAGE;
}

/* ---- values ---- */

static int
unit_shift(char unit)
{
    switch (unit) {
    case 'K':
    case 'k':
        return 10;
    case 'M':
    case 'm':
    case '\0':
        return 20;
    case 'G':
    case 'g':
        return 30;
    case 'T':
    case 't':
        return 40;
    default:
        return -1;
    }
}

/* "64G", "65536", "64Gb"; rounded up to whole MB. */
static bool
parse_size(const char *text, uint64_t *ret_bytes)
{
    char *end;
    unsigned long long n;
    int shift;

    errno = 0;
    n = strtoull(text, &end, 10);
    if (errno || end == text || text[0] < '0' || text[0] > '9' || !n)
        return false;
    shift = unit_shift(*end);
    if (*end && end[1] && strcasecmp(end + 1, "b") != 0)
        return false;
    if (shift < 0 || n > (SIZE_MAX_MIB << 20) >> shift)
        return false;
    *ret_bytes = (((uint64_t)n << shift) + MIB - 1) / MIB * MIB;
    return true;
}

/* What exists is named by its real path: the works follow no link in the last part of a name. */
static char *
real_path(const char *path)
{
    char *real = realpath(path, NULL);

    return real ? real : str_dup(path);
}

static int
take_value(const struct command *c, struct options *o, unsigned bit, const char *word)
{
    o->given |= bit;
    switch (bit) {
    case OPT_HDD:
        if (!word[0])
            return misused(c->name, "--hdd needs a path");
        free(o->hdd);
        o->hdd = real_path(word);
        break;
    case OPT_SIZE:
        if (!parse_size(word, &o->size_bytes))
            return misused(c->name, "'%s' is no size", word);
        break;
    case OPT_UNITS:
        if (!word[0] || word[1] || unit_shift(word[0]) < 0)
            return misused(c->name, "'%s' is none of K, M, G, T", word);
        o->unit = (char)(word[0] & ~0x20);
        break;
    case OPT_FORMAT:
        o->format = word;
        break;
    case OPT_FROM:
        o->from = word;
        break;
    case OPT_TO:
        o->to = word;
        break;
    case OPT_FROM_FORMAT:
        o->from_format = word;
        break;
    case OPT_ID:
        o->id = word;
        break;
    case OPT_NAME:
        o->name = word;
        break;
    default:
        break;
    }
    return -1;
}

/* ---- the whole line ---- */

static const char *
name_of(unsigned bit)
{
    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        if (specs[i].bit & bit)
            return specs[i].name;
    return "";
}

static unsigned
lowest_bit(unsigned bits)
{
    return bits & -bits;
}

static int
check_together(const struct command *c, const struct options *o)
{
    static const unsigned pairs[] = { OPT_PLAIN | OPT_EXPANDING, OPT_SPLIT | OPT_NOSPLIT, OPT_SIZE | OPT_INFO };
    unsigned strange = o->given & ~c->allowed, missing = c->needed & ~o->given;

    if (strange)
        return misused(c->name, "--%s cannot be used with %s", name_of(lowest_bit(strange)), c->name);
    if (missing)
        return misused(c->name, "%s needs --%s", c->name, name_of(lowest_bit(missing)));
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if ((o->given & pairs[i]) == pairs[i])
            return misused(c->name, "--%s and --%s exclude each other", name_of(lowest_bit(pairs[i])),
                           name_of(pairs[i] & ~lowest_bit(pairs[i])));
    if (has(o, OPT_FORMAT) && (has(o, OPT_PLAIN) || has(o, OPT_EXPANDING)))
        return misused(c->name, "--plain and --expanding are of bundles, --format is of files");
    if (strcmp(c->name, "resize") == 0 && !has(o, OPT_SIZE) && !has(o, OPT_INFO))
        return misused(c->name, "resize needs --size or --info");
    if (strcmp(c->name, "convert") == 0 && !has(o, OPT_PLAIN | OPT_EXPANDING | OPT_SPLIT | OPT_NOSPLIT | OPT_MERGE))
        return misused(c->name, "convert needs what to convert to");
    if (!o->hdd)
        return misused(c->name, "out of memory");
    return -1;
}

static const struct command *
find_command(const char *name, const char *verb)
{
    for (const struct command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0 && (!c->verb || (verb && strcmp(c->verb, verb) == 0)))
            return c;
    return NULL;
}

static int
parse_rest(int argc, char **argv, const struct command *c, struct options *o)
{
    struct option longs[ARRAY_LEN(specs) + ARRAY_LEN(others) + 1] = { 0 };
    int v, code = -1;

    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        longs[i] = (struct option){ specs[i].name, specs[i].has_word, NULL, VAL_FIRST + (int)i };
    memcpy(longs + ARRAY_LEN(specs), others, sizeof others);
    opterr = 0;
    /* The products' documents write some long options with one dash. */
    while (code < 0 && (v = getopt_long_only(argc, argv, "+:ivnjh", longs, NULL)) != -1) {
        if (v == '?' || v == ':')
            return misused(c->name, v == ':' ? "'%s' needs a value" : "'%s' is not understood", argv[optind - 1]);
        if (v == VAL_HELP || v == 'h') {
            print_usage(stdout, c->name);
            return EXIT_DONE;
        }
        if (v >= VAL_FIRST)
            code = take_value(c, o, specs[v - VAL_FIRST].bit, optarg);
        else if (v == 'i' || v == 'j')
            o->given |= v == 'i' ? OPT_INFO : OPT_JSON;
        else if (v == 'v')
            o->is_verbose = true;
        else if (v == 'n')
            o->is_dry = true;
    }
    if (code >= 0)
        return code;
    return optind < argc ? misused(c->name, "'%s' is not understood", argv[optind]) : check_together(c, o);
}

int
options_parse(int argc, char **argv, struct options *ret, const struct command **ret_command)
{
    const struct command *c;
    bool is_snapshot;
    int words;

    if (argc < 2)
        return misused(NULL, "no command");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--usage") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout, NULL);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("prl_disk_tool " TOOL_VERSION "\n");
        return EXIT_DONE;
    }
    is_snapshot = strcmp(argv[1], "snapshot") == 0;
    c = find_command(argv[1], is_snapshot && argc > 2 ? argv[2] : NULL);
    if (!c && is_snapshot)
        return misused("snapshot", "snapshot needs list, create, delete or switch");
    if (!c)
        return misused(NULL, "'%s' is no command", argv[1]);
    words = is_snapshot ? 2 : 1;
    *ret_command = c;
    return parse_rest(argc - words, argv + words, c, ret);
}

void
options_clear(struct options *o)
{
    free(o->hdd);
}
