/* SPDX-License-Identifier: MIT */
/* image/descriptor: each rule of a reader with its own refusal, rewrites that keep what we do not know, durable replacement. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "image/descriptor.h"
#include "image/file_io.h"
#include "temp_dir.h"

#define A DESCRIPTOR_ACTIVE
#define S1 "{11111111-1111-4111-8111-111111111111}"
#define S2 "{22222222-2222-4222-8222-222222222222}"

#define IMAGE(guid, type, file) "<Image><GUID>" guid "</GUID><Type>" type "</Type><File>" file "</File></Image>"
#define STORAGE(start, end, images) "<Storage><Start>" start "</Start><End>" end "</End><Blocksize>2048</Blocksize>" images "</Storage>"
#define SHOT(guid, parent) "<Shot><GUID>" guid "</GUID><ParentGUID>" parent "</ParentGUID></Shot>"
#define PARAMS(more) "<Disk_Parameters><Disk_size>20480</Disk_size>" more "</Disk_Parameters>"
#define DOC(params, storages, snapshots)                                                                                                   \
    "<?xml version=\"1.0\"?><Parallels_disk_image Version=\"1.0\">" params "<StorageData>" storages "</StorageData>" snapshots         \
    "</Parallels_disk_image>"
#define ONE STORAGE("0", "20480", IMAGE(A, "Compressed", "a.hds"))
#define TREE "<Snapshots><TopGUID>" A "</TopGUID>" SHOT(A, UUID_NIL) "</Snapshots>"
#define TWO_IMAGES STORAGE("0", "20480", IMAGE(A, "Compressed", "a.hds") IMAGE(S1, "Compressed", "s.hds"))
#define TWO_SHOTS "<Snapshots><TopGUID>" A "</TopGUID>" SHOT(S1, UUID_NIL) SHOT(A, S1) "</Snapshots>"

static PRL_RESULT
parse(const char *text, struct descriptor **ret)
{
    return descriptor_parse(text, strlen(text), ret);
}

static struct descriptor *
parsed(const char *text)
{
    struct descriptor *d = NULL;

    if (PRL_FAILED(parse(text, &d)))
        fail_msg("%#x: %s", (unsigned)err_peek()->code, err_peek()->details);
    return d;
}

/* ---- what is read ---- */

static void
parse__of_a_whole_file__reads_every_field(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = parsed(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Parallels_disk_image Version=\"1.0\"><Disk_Parameters><Disk_size>134217728</Disk_size>"
        "<Cylinders>262144</Cylinders><PhysicalSectorSize>4096</PhysicalSectorSize><LogicSectorSize>512</LogicSectorSize><Heads>16</Heads>"
        "<Sectors>32</Sectors><Padding>0</Padding><Encryption><Engine>" UUID_NIL "</Engine><Data></Data></Encryption>"
        "<UID>{AAAAAAAA-BBBB-4ccc-8ddd-EEEEEEEEEEEE}</UID><Name>win</Name></Disk_Parameters><StorageData><Storage><Start>0</Start>"
        "<End>134217728</End><Blocksize>2048</Blocksize>" IMAGE(A, "Compressed", "win.hdd.0.hds") "</Storage></StorageData>" TREE
        "</Parallels_disk_image>");

    assert_int_equal(d->size_sectors, 134217728);
    assert_int_equal(d->cylinders, 262144);
    assert_int_equal(d->heads, 16);
    assert_int_equal(d->sectors, 32);
    assert_int_equal(d->physical_sector_bytes, 4096);
    assert_string_equal(d->uid, "{aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee}");
    assert_string_equal(d->name, "win");
    assert_int_equal(d->n_storages, 1);
    assert_int_equal(d->storages[0].cluster_sectors, 2048);
    assert_string_equal(d->storages[0].images[0].file, "win.hdd.0.hds");
    assert_string_equal(d->active, A);
    assert_string_equal(d->merging, UUID_NIL);
}

struct row {
    const char *what;
    PRL_RESULT want;
    const char *text;
};

static const struct row rows[] = {
    { "the smallest file", 0, DOC(PARAMS(""), ONE, TREE) },
    { "the other root name", 0, "<Virtuozzo_disk_image>" PARAMS("") "<StorageData>" ONE "</StorageData>" TREE "</Virtuozzo_disk_image>" },
    { "no version", 0, "<Parallels_disk_image>" PARAMS("") "<StorageData>" ONE "</StorageData>" TREE "</Parallels_disk_image>" },
    { "parts in another order", 0, "<Parallels_disk_image>" TREE "<StorageData>" ONE "</StorageData>" PARAMS("") "</Parallels_disk_image>" },
    { "version 2", PRL_ERR_DISK_XML_INVALID_VERSION,
      "<Parallels_disk_image Version=\"2.0\">" PARAMS("") "<StorageData>" ONE "</StorageData>" TREE "</Parallels_disk_image>" },
    { "another root", PRL_ERR_DISK_XML_INVALID, "<disk>" PARAMS("") "<StorageData>" ONE "</StorageData>" TREE "</disk>" },
    { "another encoding", PRL_ERR_DISK_XML_INVALID, "<?xml version=\"1.0\" encoding=\"UTF-32\"?><Parallels_disk_image>" PARAMS("") "<StorageData>" ONE
      "</StorageData>" TREE "</Parallels_disk_image>" },
    { "its encoding in another way", 0, "\xef\xbb\xbf<?xml version='1.0' encoding = 'utf-8' ?><Parallels_disk_image>" PARAMS("") "<StorageData>" ONE
      "</StorageData>" TREE "</Parallels_disk_image>" },
    { "bytes that are no UTF-8", PRL_ERR_DISK_XML_INVALID, DOC(PARAMS("<Name>\xff</Name>"), ONE, TREE) },
    { "no XML", PRL_ERR_DISK_XML_INVALID, "conectix" },
    { "nothing", PRL_ERR_DISK_XML_INVALID, "" },
    { "cut short", PRL_ERR_DISK_XML_INVALID, "<Parallels_disk_image><Disk_Parameters><Disk_size>20480</Disk" },
    { "a DTD", PRL_ERR_DISK_XML_INVALID,
      "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Parallels_disk_image>" PARAMS("<Name>&e;</Name>") "<StorageData>" ONE
      "</StorageData>" TREE "</Parallels_disk_image>" },
    { "an entity", PRL_ERR_DISK_XML_INVALID, DOC(PARAMS("<Name>&e;</Name>"), ONE, TREE) },
    { "no parameters", PRL_ERR_DISK_XML_INVALID, DOC("", ONE, TREE) },
    { "parameters twice", PRL_ERR_DISK_XML_INVALID, DOC(PARAMS("") PARAMS(""), ONE, TREE) },
    { "no size", PRL_ERR_DISK_XML_INVALID, DOC("<Disk_Parameters/>", ONE, TREE) },
    { "two sizes", PRL_ERR_DISK_XML_INVALID, DOC(PARAMS("<Disk_size>1</Disk_size>"), ONE, TREE) },
    { "a size in hexadecimal", PRL_ERR_DISK_XML_INVALID, DOC("<Disk_Parameters><Disk_size>0x5000</Disk_size></Disk_Parameters>", ONE, TREE) },
    { "a negative size", PRL_ERR_DISK_XML_INVALID, DOC("<Disk_Parameters><Disk_size>-1</Disk_size></Disk_Parameters>", ONE, TREE) },
    { "size 0", PRL_ERR_DISK_INVALID_PARAMETERS, DOC("<Disk_Parameters><Disk_size>0</Disk_size></Disk_Parameters>", ONE, TREE) },
    { "a size beyond 64 bits", PRL_ERR_DISK_INVALID_PARAMETERS,
      DOC("<Disk_Parameters><Disk_size>18446744073709572096</Disk_size></Disk_Parameters>", ONE, TREE) },
    { "a size beyond any file", PRL_ERR_DISK_INVALID_PARAMETERS,
      DOC("<Disk_Parameters><Disk_size>18014398509481984</Disk_size></Disk_Parameters>", ONE, TREE) },
    { "padding 0", 0, DOC(PARAMS("<Padding>0</Padding>"), ONE, TREE) },
    { "padding", PRL_ERR_DISK_INVALID_PARAMETERS, DOC(PARAMS("<Padding>1</Padding>"), ONE, TREE) },
    { "an empty engine", 0, DOC(PARAMS("<Encryption><Engine/></Encryption>"), ONE, TREE) },
    { "encryption", PRL_ERR_DISK_NOT_IMPLEMENTED, DOC(PARAMS("<Encryption><Engine>" S1 "</Engine></Encryption>"), ONE, TREE) },
    { "an engine that is no GUID", PRL_ERR_DISK_NOT_IMPLEMENTED, DOC(PARAMS("<Encryption><Engine>x</Engine></Encryption>"), ONE, TREE) },
    { "a sector size beyond 32 bits", PRL_ERR_DISK_INVALID_PARAMETERS, DOC(PARAMS("<LogicSectorSize>4294967296</LogicSectorSize>"), ONE, TREE) },
    { "a geometry that is no number", 0, DOC(PARAMS("<Heads>many</Heads>"), ONE, TREE) },
    { "a uid that is none", PRL_ERR_DISK_XML_INVALID, DOC(PARAMS("<UID>7</UID>"), ONE, TREE) },
    { "unknown elements", 0, DOC(PARAMS("<X><Y/></X>"), ONE, TREE "<Z/>") },

    { "no storage data", PRL_ERR_DISK_XML_INVALID, "<Parallels_disk_image>" PARAMS("") TREE "</Parallels_disk_image>" },
    { "no storage", PRL_ERR_DISK_STORAGE_CORRUPTED, DOC(PARAMS(""), "", TREE) },
    { "a storage without an end", PRL_ERR_DISK_XML_INVALID, DOC(PARAMS(""), "<Storage><Start>0</Start><Blocksize>8</Blocksize></Storage>", TREE) },
    { "a storage of nothing", PRL_ERR_DISK_STORAGE_CORRUPTED, DOC(PARAMS(""), STORAGE("0", "0", IMAGE(A, "Plain", "a")), TREE) },
    { "a start that is not 0", PRL_ERR_DISK_STORAGE_CORRUPTED, DOC(PARAMS(""), STORAGE("2048", "20480", IMAGE(A, "Plain", "a")), TREE) },
    { "an end before the disk's", PRL_ERR_DISK_STORAGE_CORRUPTED, DOC(PARAMS(""), STORAGE("0", "20479", IMAGE(A, "Plain", "a")), TREE) },
    { "an end behind the disk's", PRL_ERR_DISK_STORAGE_CORRUPTED, DOC(PARAMS(""), STORAGE("0", "20481", IMAGE(A, "Plain", "a")), TREE) },
    { "a gap", PRL_ERR_DISK_STORAGE_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "8192", IMAGE(A, "Plain", "a")) STORAGE("8200", "20480", IMAGE(A, "Plain", "b")), TREE) },
    { "an overlap", PRL_ERR_DISK_STORAGE_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "8192", IMAGE(A, "Plain", "a")) STORAGE("8191", "20480", IMAGE(A, "Plain", "b")), TREE) },
    { "the same storage twice", PRL_ERR_DISK_STORAGE_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Plain", "a")) STORAGE("0", "20480", IMAGE(A, "Plain", "b")), TREE) },
    { "storages in another order", 0,
      DOC(PARAMS(""), STORAGE("8192", "20480", IMAGE(A, "Plain", "b")) STORAGE("0", "8192", IMAGE(A, "Plain", "a")), TREE) },
    { "BlockSize", 0,
      DOC(PARAMS(""), "<Storage><Start>0</Start><End>20480</End><BlockSize>63</BlockSize>" IMAGE(A, "Compressed", "a") "</Storage>", TREE) },
    { "both block sizes", PRL_ERR_DISK_INVALID_BLOCKSIZE,
      DOC(PARAMS(""), "<Storage><Start>0</Start><End>20480</End><BlockSize>63</BlockSize><Blocksize>64</Blocksize></Storage>", TREE) },
    { "no block size", PRL_ERR_DISK_INVALID_BLOCKSIZE,
      DOC(PARAMS(""), "<Storage><Start>0</Start><End>20480</End>" IMAGE(A, "Compressed", "a") "</Storage>", TREE) },
    { "block size 0", PRL_ERR_DISK_INVALID_BLOCKSIZE,
      DOC(PARAMS(""), "<Storage><Start>0</Start><End>20480</End><Blocksize>0</Blocksize>" IMAGE(A, "Compressed", "a") "</Storage>", TREE) },
    { "an absurd block size", PRL_ERR_DISK_INVALID_BLOCKSIZE,
      DOC(PARAMS(""), "<Storage><Start>0</Start><End>20480</End><Blocksize>4194305</Blocksize>" IMAGE(A, "Compressed", "a") "</Storage>", TREE) },

    { "two nodes", 0, DOC(PARAMS(""), TWO_IMAGES, TWO_SHOTS) },
    { "GUIDs without brackets and in capitals", 0,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE("5FBAABE3-6958-40FF-92A7-860E329AAB41", "Compressed", "a.hds")), TREE) },
    { "no Snapshots, one image", 0, DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(S1, "Plain", "a")), "") },
    { "Snapshots without a node", 0, DOC(PARAMS(""), ONE, "<Snapshots/>") },
    { "no Snapshots, two images", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, DOC(PARAMS(""), TWO_IMAGES, "") },
    { "no Snapshots, one image in each of two storages", 0,
      DOC(PARAMS(""), STORAGE("0", "8192", IMAGE(S1, "Plain", "a")) STORAGE("8192", "20480", IMAGE(S1, "Plain", "b")), "") },
    { "no Snapshots, two storages of two nodes", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "8192", IMAGE(S1, "Plain", "a")) STORAGE("8192", "20480", IMAGE(S2, "Plain", "b")), "") },
    { "no TopGUID, the usual name", 0, DOC(PARAMS(""), ONE, "<Snapshots>" SHOT(A, UUID_NIL) "</Snapshots>") },
    { "no TopGUID, another name", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(S1, "Plain", "a")), "<Snapshots>" SHOT(S1, UUID_NIL) "</Snapshots>") },
    { "another TopGUID, the usual name for an inner node", 0,
      DOC(PARAMS(""), TWO_IMAGES, "<Snapshots><TopGUID>" S1 "</TopGUID>" SHOT(A, UUID_NIL) SHOT(S1, A) "</Snapshots>") },
    { "a TopGUID that is no node", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), ONE, "<Snapshots><TopGUID>" S2 "</TopGUID>" SHOT(A, UUID_NIL) "</Snapshots>") },
    { "an active node with a child", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), TWO_IMAGES, "<Snapshots><TopGUID>" S1 "</TopGUID>" SHOT(S1, UUID_NIL) SHOT(A, S1) "</Snapshots>") },
    { "a backup's node active", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(DESCRIPTOR_OF_BACKUP, "Plain", "a")),
          "<Snapshots><TopGUID>" DESCRIPTOR_OF_BACKUP "</TopGUID>" SHOT(DESCRIPTOR_OF_BACKUP, UUID_NIL) "</Snapshots>") },
    { "a backup's node below", 0,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(DESCRIPTOR_OF_BACKUP, "Plain", "a") IMAGE(A, "Compressed", "b")),
          "<Snapshots>" SHOT(DESCRIPTOR_OF_BACKUP, UUID_NIL) SHOT(A, DESCRIPTOR_OF_BACKUP) "</Snapshots>") },
    { "a node without a name", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, DOC(PARAMS(""), ONE, "<Snapshots><Shot/></Snapshots>") },
    { "the nil node", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(UUID_NIL, "Plain", "a")),
          "<Snapshots><TopGUID>" UUID_NIL "</TopGUID>" SHOT(UUID_NIL, UUID_NIL) "</Snapshots>") },
    { "the same node twice", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), TWO_IMAGES, "<Snapshots>" SHOT(S1, UUID_NIL) SHOT(A, S1) SHOT(A, S1) "</Snapshots>") },
    { "two roots", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), TWO_IMAGES, "<Snapshots>" SHOT(S1, UUID_NIL) SHOT(A, UUID_NIL) "</Snapshots>") },
    { "no root", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED, DOC(PARAMS(""), TWO_IMAGES, "<Snapshots>" SHOT(S1, S1) SHOT(A, S1) "</Snapshots>") },
    { "a parent that is no node", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), TWO_IMAGES, "<Snapshots>" SHOT(S1, UUID_NIL) SHOT(A, S2) "</Snapshots>") },
    { "a loop beside the root", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Plain", "a") IMAGE(S1, "Compressed", "b") IMAGE(S2, "Compressed", "c")),
          "<Snapshots>" SHOT(A, UUID_NIL) SHOT(S1, S2) SHOT(S2, S1) "</Snapshots>") },

    { "an image without a GUID", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", "<Image><Type>Plain</Type><File>a</File></Image>"), TREE) },
    { "an image without a type", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", "<Image><GUID>" A "</GUID><File>a</File></Image>"), TREE) },
    { "an image of an unknown type", PRL_ERR_DISK_IMAGES_CORRUPTED, DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Stream", "a")), TREE) },
    { "an image without a file", PRL_ERR_DISK_IMAGES_CORRUPTED, DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Plain", " ")), TREE) },
    { "two images of a node", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Plain", "a") IMAGE(A, "Plain", "b")), TREE) },
    { "no image of a node", PRL_ERR_DISK_IMAGES_CORRUPTED, DOC(PARAMS(""), ONE, TWO_SHOTS) },
    { "an image of no node", PRL_ERR_DISK_IMAGES_CORRUPTED, DOC(PARAMS(""), TWO_IMAGES, TREE) },
    { "a node without an image in the second storage", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""),
          STORAGE("0", "8192", IMAGE(A, "Compressed", "a") IMAGE(S1, "Plain", "b")) STORAGE("8192", "20480", IMAGE(S1, "Plain", "c")), TWO_SHOTS) },
    { "a plain overlay", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Plain", "a.hds") IMAGE(S1, "Compressed", "s.hds")), TWO_SHOTS) },
    { "one file of two nodes", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Compressed", "a") IMAGE(S1, "Compressed", "a")), TWO_SHOTS) },
    { "one file in two storages", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "8192", IMAGE(A, "Plain", "a")) STORAGE("8192", "20480", IMAGE(A, "Plain", "a")), TREE) },
    { "the descriptor as an image", PRL_ERR_DISK_IMAGES_CORRUPTED,
      DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Plain", DESCRIPTOR_FILE)), TREE) },

    { "a merge under way", 0,
      DOC(PARAMS("<Miscellaneous><UnfinishedMerge>" S1 "</UnfinishedMerge></Miscellaneous>"), TWO_IMAGES, TWO_SHOTS) },
    { "a merge into the active node", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS("<Miscellaneous><UnfinishedMerge>" A "</UnfinishedMerge></Miscellaneous>"), TWO_IMAGES, TWO_SHOTS) },
    { "a merge into no node", PRL_ERR_DISK_SNAPSHOTS_CORRUPTED,
      DOC(PARAMS("<Miscellaneous><UnfinishedMerge>" S2 "</UnfinishedMerge></Miscellaneous>"), TWO_IMAGES, TWO_SHOTS) },
};

static void
parse__by_the_rules__accepts_or_says_why(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(descriptor_free) struct descriptor *d = NULL;
        PRL_RESULT r = parse(rows[i].text, &d);

        if (r != rows[i].want)
            fail_msg("%s: %#x, wanted %#x; %s", rows[i].what, (unsigned)r, (unsigned)rows[i].want, PRL_FAILED(r) ? err_peek()->details : "");
        if (PRL_FAILED(r)) {
            assert_null(d);
            assert_int_equal(err_peek()->code, r);
            assert_true(strlen(err_peek()->details) > 5);
        }
    }
}

static void
parse__without_a_tree__makes_one_of_the_image(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = parsed(DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(S1, "Plain", "a")), ""));

    assert_int_equal(d->n_shots, 1);
    assert_string_equal(d->active, S1);
    assert_string_equal(d->shots[0].parent, UUID_NIL);
    assert_true(descriptor_image(d, 0, S1)->is_plain);
}

static void
parse__more_than_the_limit__is_refused(void **state)
{
    AUTO(cleanup_free) char *big = calloc(1, DESCRIPTOR_MAX_BYTES + 1);
    struct descriptor *d = NULL;

    memset(big, ' ', DESCRIPTOR_MAX_BYTES + 1);
    assert_int_equal(descriptor_parse(big, DESCRIPTOR_MAX_BYTES + 1, &d), PRL_ERR_DISK_XML_LARGE_FILE);
    assert_int_equal(descriptor_parse(big, DESCRIPTOR_MAX_BYTES, &d), PRL_ERR_DISK_XML_INVALID);
}

/* n nodes, each the child of the one before; closed to a loop behind the root if wanted. */
static char *
long_chain(int n, bool is_loop)
{
    AUTO_STR s = STR_INIT;

    str_add(&s, "<Parallels_disk_image>" PARAMS("") "<StorageData><Storage><Start>0</Start><End>20480</End><Blocksize>8</Blocksize>");
    for (int i = 1; i <= n; i++)
        str_addf(&s, "<Image><GUID>%08x-0000-4000-8000-000000000000</GUID><Type>Compressed</Type><File>%d</File></Image>", i, i);
    str_addf(&s, "</Storage></StorageData><Snapshots><TopGUID>%08x-0000-4000-8000-000000000000</TopGUID>", is_loop ? 1 : n);
    for (int i = n; i >= 1; i--)
        str_addf(&s, "<Shot><GUID>%08x-0000-4000-8000-000000000000</GUID><ParentGUID>%08x-0000-%s-000000000000</ParentGUID></Shot>", i,
                 is_loop && i == 2 ? n : i - 1, i == 1 ? "0000-0000" : "4000-8000");
    str_add(&s, "</Snapshots></Parallels_disk_image>");
    return str_take(&s);
}

static void
parse__of_as_many_nodes_as_fit__takes_no_time(void **state)
{
    AUTO(cleanup_free) char *good = long_chain(15000, false);
    AUTO(cleanup_free) char *many = long_chain(100000, false);
    AUTO(cleanup_free) char *loop = long_chain(15000, true);
    AUTO(descriptor_free) struct descriptor *d = NULL;
    struct descriptor *none = NULL;
    int64_t start = clock_now_ms();

    assert_int_equal(parse(good, &d), PRL_ERR_SUCCESS);
    assert_int_equal(parse(loop, &none), PRL_ERR_DISK_SNAPSHOTS_CORRUPTED);
    assert_int_equal(parse(many, &none), PRL_ERR_DISK_XML_LARGE_FILE);
    assert_true(clock_now_ms() - start < 10000); /* some 100 ms on an idle machine */
    assert_int_equal(d->n_shots, 15000);
}

static void
subtree__of_a_long_branch__goes_as_a_whole(void **state)
{
    AUTO(cleanup_free) char *text = long_chain(2000, false);
    AUTO(descriptor_free) struct descriptor *d = parsed(text);
    AUTO(cleanup_free) int *chain = calloc(2000, sizeof *chain);

    assert_int_equal(descriptor_chain(d, d->active, chain), 2000);
    assert_true(descriptor_remove_subtree(d, "{00000003-0000-4000-8000-000000000000}"));
    assert_int_equal(d->n_shots, 2);
    assert_int_equal(d->storages[0].n_images, 2);
    assert_true(descriptor_remove_subtree(d, S1)); /* is not there */
    assert_int_equal(d->n_shots, 2);
}

static void
geometry__of_sizes__is_that_of_the_products(void **state)
{
    static const struct {
        uint64_t size;
        uint32_t c, h, s;
    } sizes[] = {
        { 134217728, 262144, 16, 32 },  { 1032193, 1, 1, 1 }, { 2097152, 2080, 16, 63 }, { 16777215, 16644, 16, 63 }, { 16777216, 32768, 16, 32 },
        { 1032192, 1024, 16, 63 }, { 131072, 256, 16, 32 },  { 20480, 40, 16, 32 },     { 7, 7, 1, 1 },              { 8, 8, 1, 1 },
        { 63, 63, 1, 1 },         { 126, 1, 2, 63 },
    };

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        uint32_t c, h, s;

        geometry_of(sizes[i].size, &c, &h, &s);
        if (sizes[i].size == 1032193) { /* inside of the translated range: the remainder is lost */
            assert_int_equal(h, 16);
            assert_int_equal(s, 63);
            assert_int_equal(c, 1024);
            continue;
        }
        if (c != sizes[i].c || h != sizes[i].h || s != sizes[i].s)
            fail_msg("%llu: %u %u %u", (unsigned long long)sizes[i].size, c, h, s);
    }
}

static void
geometry__absent_or_wrong__is_computed(void **state)
{
    AUTO(descriptor_free) struct descriptor *none = parsed(DOC(PARAMS(""), ONE, TREE));
    AUTO(descriptor_free) struct descriptor *wrong =
        parsed(DOC(PARAMS("<Cylinders>4294967295</Cylinders><Heads>4294967295</Heads><Sectors>4294967295</Sectors>"), ONE, TREE));
    AUTO(descriptor_free) struct descriptor *own = parsed(DOC(PARAMS("<Cylinders>20480</Cylinders><Heads>1</Heads><Sectors>1</Sectors>"), ONE, TREE));

    assert_int_equal(none->cylinders, 40);
    assert_int_equal(wrong->heads, 16);
    assert_int_equal(own->cylinders, 20480);
}

/* ---- lookups and changes ---- */

static void
tree__lookups__find_chain_and_children(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = parsed(
        DOC(PARAMS(""), STORAGE("0", "20480", IMAGE(A, "Compressed", "a") IMAGE(S1, "Plain", "b") IMAGE(S2, "Compressed", "c")),
            "<Snapshots>" SHOT(S2, S1) SHOT(A, S1) SHOT(S1, UUID_NIL) "</Snapshots>"));
    int chain[3], children[3];

    assert_int_equal(descriptor_chain(d, A, chain), 2);
    assert_int_equal(chain[0], 1);
    assert_int_equal(chain[1], 2);
    assert_int_equal(descriptor_children(d, S1, children), 2);
    assert_int_equal(children[0], 0);
    assert_int_equal(descriptor_children(d, A, NULL), 0);
    assert_int_equal(descriptor_shot(d, UUID_NIL), -1);
    assert_int_equal(descriptor_chain(d, UUID_NIL, chain), 0);
}

static void
changes__of_a_copy__are_those_and_no_others(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = parsed(DOC(PARAMS(""), TWO_IMAGES, TWO_SHOTS));
    AUTO(descriptor_free) struct descriptor *copy = NULL, *again = NULL;

    assert_int_equal(descriptor_copy(d, &copy), PRL_ERR_SUCCESS);
    descriptor_rename_shot(copy, A, S2);
    assert_true(descriptor_add_shot(copy, A, S2));
    assert_true(descriptor_add_image(copy, 0, A, false, "n.hds"));
    assert_int_equal(descriptor_copy(copy, &again), PRL_ERR_SUCCESS);
    assert_int_equal(again->n_shots, 3);
    assert_string_equal(descriptor_image(again, 0, S2)->file, "a.hds");
    assert_string_equal(descriptor_image(again, 0, A)->file, "n.hds");
    assert_int_equal(d->n_shots, 2);
    assert_string_equal(descriptor_image(d, 0, A)->file, "a.hds");

    descriptor_remove_shot(again, A);
    descriptor_rename_shot(again, S2, A);
    descriptor_free(TAKE(copy));
    assert_int_equal(descriptor_copy(again, &copy), PRL_ERR_SUCCESS);
    assert_int_equal(copy->n_shots, 2);
    assert_int_equal(copy->storages[0].n_images, 2);
    assert_string_equal(descriptor_image(copy, 0, A)->file, "a.hds");

    descriptor_remove_shot(copy, S1); /* its child has no parent now */
    assert_int_equal(descriptor_copy(copy, &(struct descriptor *){ NULL }), PRL_ERR_DISK_SNAPSHOTS_CORRUPTED);
}

/* ---- files ---- */

static int dirfd_;

static int
up(void **state)
{
    if (temp_dir_up(state) < 0)
        return -1;
    dirfd_ = open(temp_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dirfd_ < 0 ? -1 : 0;
}

static int
down(void **state)
{
    close(dirfd_);
    file_watch_set(NULL);
    return temp_dir_down(state);
}

static void
put(const char *name, const char *text)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    put_text(path, text);
}

static char *
get(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    return get_file(path);
}

static bool
is_there(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    return path_exists(path);
}

static void
load__of_no_file__says_that(void **state)
{
    struct descriptor *d = NULL;

    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_XML_MISSING);
    assert_non_null(strstr(err_peek()->details, temp_dir));
}

static void
load__of_what_is_no_file__never_blocks(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(DESCRIPTOR_FILE);
    struct descriptor *d = NULL;

    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_XML_OPEN_FAILED);
    unlink(path);
    assert_int_equal(symlink("/dev/zero", path), 0);
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_XML_OPEN_FAILED);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_XML_OPEN_FAILED);
}

static void
load__of_a_huge_file__is_refused_by_its_size(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(DESCRIPTOR_FILE);
    struct descriptor *d = NULL;

    put(DESCRIPTOR_FILE, "");
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_XML_LARGE_FILE);
}

static void
load__of_a_damaged_file__takes_the_backup_and_says_so(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = NULL, *missing = NULL;

    put(DESCRIPTOR_BACKUP, DOC(PARAMS(""), ONE, TREE));
    put(DESCRIPTOR_FILE, "<Parallels_disk_image>");
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_SUCCESS);
    assert_true(d->is_from_backup);
    assert_int_equal(unlinkat(dirfd_, DESCRIPTOR_FILE, 0), 0);
    assert_int_equal(descriptor_load(dirfd_, &missing), PRL_ERR_SUCCESS);
    assert_true(missing->is_from_backup);
}

static void
load__of_a_refused_or_two_damaged_files__tells_of_the_first(void **state)
{
    struct descriptor *d = NULL;

    put(DESCRIPTOR_BACKUP, DOC(PARAMS(""), ONE, TREE));
    put(DESCRIPTOR_FILE, DOC(PARAMS("<Padding>1</Padding>"), ONE, TREE));
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_INVALID_PARAMETERS);
    put(DESCRIPTOR_FILE, "");
    put(DESCRIPTOR_BACKUP, DOC(PARAMS("<Padding>1</Padding>"), ONE, TREE));
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_DISK_XML_INVALID);
    assert_null(strstr(err_peek()->details, "Backup"));
}

static void
save__of_a_loaded_file__keeps_what_is_not_ours(void **state)
{
    static const char text[] = "<?xml version=\"1.0\"?><Virtuozzo_disk_image own=\"1\"><!-- by hand --><Before/>" PARAMS(
        "<Miscellaneous><Key a=\"b\">v</Key><Bootable>1</Bootable></Miscellaneous><Name>n</Name><Mine>1</Mine>") "<Between>&lt;x&gt;</Between><StorageData>"
        "<Storage><Hint/><BlockSize>2048</BlockSize><End>20480</End><Start>0</Start><Image><Extra>7</Extra><File>a.hds</File>"
        "<Type>Compressed</Type><GUID>" A "</GUID></Image></Storage></StorageData><Snapshots><Shot x=\"y\"><When>now</When><GUID>" A
        "</GUID><ParentGUID>" UUID_NIL "</ParentGUID></Shot><TopGUID>" A "</TopGUID></Snapshots></Virtuozzo_disk_image>";
    static const char *const kept[] = { "own=\"1\"",   "<!-- by hand -->", "<Before/>",     "<Key a=\"b\">v</Key>", "<Bootable>1</Bootable>",
                                        "<Mine>1</Mine>", "<Between>&lt;x&gt;</Between>", "<Hint/>", "<Blocksize>2048</Blocksize>",
                                        "<Extra>7</Extra>", "<File>a.hds</File>", "<Shot x=\"y\">", "<When>now</When>", "<TopGUID>" };
    AUTO(descriptor_free) struct descriptor *d = NULL, *again = NULL;
    AUTO(cleanup_free) char *saved = NULL;
    AUTO(cleanup_free) char *backup = NULL;
    const char *at;

    put(DESCRIPTOR_FILE, text);
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_SUCCESS);
    descriptor_rename_shot(d, A, S1);
    assert_true(descriptor_add_shot(d, A, S1));
    assert_true(descriptor_add_image(d, 0, A, false, "b.hds"));
    assert_int_equal(descriptor_save(dirfd_, d), PRL_ERR_SUCCESS);
    saved = get(DESCRIPTOR_FILE);
    backup = get(DESCRIPTOR_BACKUP);
    assert_string_equal(backup, text);
    at = saved;
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        at = strstr(at, kept[i]); /* in the order they had */
        if (!at)
            fail_msg("%s is lost or moved in %s", kept[i], saved);
    }
    assert_non_null(strstr(saved, "<Parallels_disk_image"));
    assert_null(strstr(saved, "BlockSize"));
    assert_int_equal(descriptor_load(dirfd_, &again), PRL_ERR_SUCCESS);
    assert_int_equal(again->n_shots, 2);
    assert_false(is_there(DESCRIPTOR_NEW));
}

static void
save__of_a_new_one__reads_back(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = descriptor_new(4 * 2048, "a <b> & \"c\""), *again = NULL;

    assert_true(descriptor_add_storage(d, 0, 4096, 2048, false));
    assert_true(descriptor_add_storage(d, 4096, 8192, 2048, true));
    assert_true(descriptor_add_image(d, 0, d->active, false, "x.hds"));
    assert_true(descriptor_add_image(d, 1, d->active, true, "y.hds"));
    memcpy(d->merging, UUID_NIL, UUID_TEXT);
    assert_int_equal(descriptor_save(dirfd_, d), PRL_ERR_SUCCESS);
    assert_false(is_there(DESCRIPTOR_BACKUP));
    assert_int_equal(descriptor_load(dirfd_, &again), PRL_ERR_SUCCESS);
    assert_string_equal(again->name, d->name);
    assert_string_equal(again->uid, d->uid);
    assert_int_equal(again->n_storages, 2);
    assert_true(again->storages[1].is_preallocated);
    assert_string_equal(again->active, DESCRIPTOR_ACTIVE);
    assert_int_equal(again->cylinders, d->cylinders);
}

static void
save__of_a_merge_note__comes_and_goes(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = parsed(DOC(PARAMS(""), TWO_IMAGES, TWO_SHOTS)), *noted = NULL, *done = NULL;

    memcpy(d->merging, S1, UUID_TEXT);
    assert_int_equal(descriptor_save(dirfd_, d), PRL_ERR_SUCCESS);
    assert_int_equal(descriptor_load(dirfd_, &noted), PRL_ERR_SUCCESS);
    assert_string_equal(noted->merging, S1);
    memcpy(noted->merging, UUID_NIL, UUID_TEXT);
    assert_int_equal(descriptor_save(dirfd_, noted), PRL_ERR_SUCCESS);
    assert_int_equal(descriptor_load(dirfd_, &done), PRL_ERR_SUCCESS);
    assert_string_equal(done->merging, UUID_NIL);
}

static void
save__of_nonsense__writes_nothing(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = parsed(DOC(PARAMS(""), TWO_IMAGES, TWO_SHOTS));
    AUTO(descriptor_free) struct descriptor *bad_name = parsed(DOC(PARAMS(""), ONE, TREE));

    descriptor_remove_shot(d, S1);
    assert_int_equal(descriptor_save(dirfd_, d), PRL_ERR_DISK_SNAPSHOTS_CORRUPTED);
    bad_name->name = strdup("\x01");
    assert_int_equal(descriptor_save(dirfd_, bad_name), PRL_ERR_DISK_XML_SAVE_ERROR);
    assert_false(is_there(DESCRIPTOR_FILE));
    assert_false(is_there(DESCRIPTOR_NEW));
}

static void
save__from_a_backup__keeps_the_backup(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = NULL;
    AUTO(cleanup_free) char *backup = NULL;

    put(DESCRIPTOR_BACKUP, DOC(PARAMS(""), ONE, TREE));
    put(DESCRIPTOR_FILE, "damaged");
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_SUCCESS);
    assert_int_equal(descriptor_save(dirfd_, d), PRL_ERR_SUCCESS);
    backup = get(DESCRIPTOR_BACKUP);
    assert_string_equal(backup, DOC(PARAMS(""), ONE, TREE));
}

static void
save__with_the_rights_of_the_old__and_over_what_a_crash_left(void **state)
{
    AUTO(descriptor_free) struct descriptor *d = NULL;
    AUTO(cleanup_free) char *path = temp_path(DESCRIPTOR_FILE);

    put(DESCRIPTOR_FILE, DOC(PARAMS(""), ONE, TREE));
    assert_int_equal(chmod(path, 0640), 0);
    put(DESCRIPTOR_NEW, "half");
    assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_SUCCESS);
    assert_int_equal(descriptor_save(dirfd_, d), PRL_ERR_SUCCESS);
    assert_int_equal(mode_of(path), 0640);
    assert_false(is_there(DESCRIPTOR_NEW));
}

/* ---- failures ---- */

struct failing {
    int countdown; /* the change that fails; all behind it work */
    int how;
    bool has_failed;
    enum file_change failed;
};

static int
fail_one(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    struct failing *f = arg;

    if (f->countdown-- != 0)
        return 0;
    f->has_failed = true;
    f->failed = change;
    return f->how;
}

static void
save__failing_at_any_change__leaves_a_good_file(void **state)
{
    static const int how[] = { -ENOSPC, -EIO, -EROFS, -EPERM };

    for (size_t h = 0; h < ARRAY_LEN(how); h++) {
        for (int at = 0;; at++) {
            AUTO(descriptor_free) struct descriptor *d = NULL, *after = NULL;
            struct failing f = { at, how[h] };
            const struct file_watch watch = { fail_one, &f };
            PRL_RESULT r;

            put(DESCRIPTOR_FILE, DOC(PARAMS("<Name>old</Name>"), ONE, TREE));
            assert_int_equal(descriptor_load(dirfd_, &d), PRL_ERR_SUCCESS);
            free(d->name);
            d->name = strdup("new");
            file_watch_set(&watch);
            r = descriptor_save(dirfd_, d);
            file_watch_set(NULL);
            assert_int_equal(descriptor_load(dirfd_, &after), PRL_ERR_SUCCESS);
            assert_false(after->is_from_backup);
            assert_string_equal(after->name, r == PRL_ERR_SUCCESS || r == PRL_ERR_DISK_FSYNC_FAILED ? "new" : "old");
            if (!f.has_failed) {
                assert_int_equal(r, PRL_ERR_SUCCESS);
                assert_true(at >= 7);
                break;
            }
            if (how[h] == -EPERM && f.failed == FILE_LINK) /* no hard links there: a copy does */
                assert_int_equal(r, PRL_ERR_SUCCESS);
            else
                assert_int_equal(r, f.failed == FILE_SYNC_DIR ? PRL_ERR_DISK_FSYNC_FAILED : PRL_ERR_DISK_XML_SAVE_ERROR);
            assert_false(is_there(DESCRIPTOR_NEW) && f.failed != FILE_UNLINK);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__of_a_whole_file__reads_every_field),
        cmocka_unit_test(parse__by_the_rules__accepts_or_says_why),
        cmocka_unit_test(parse__without_a_tree__makes_one_of_the_image),
        cmocka_unit_test(parse__more_than_the_limit__is_refused),
        cmocka_unit_test(parse__of_as_many_nodes_as_fit__takes_no_time),
        cmocka_unit_test(subtree__of_a_long_branch__goes_as_a_whole),
        cmocka_unit_test(geometry__of_sizes__is_that_of_the_products),
        cmocka_unit_test(geometry__absent_or_wrong__is_computed),
        cmocka_unit_test(tree__lookups__find_chain_and_children),
        cmocka_unit_test(changes__of_a_copy__are_those_and_no_others),
        cmocka_unit_test_setup_teardown(load__of_no_file__says_that, up, down),
        cmocka_unit_test_setup_teardown(load__of_what_is_no_file__never_blocks, up, down),
        cmocka_unit_test_setup_teardown(load__of_a_huge_file__is_refused_by_its_size, up, down),
        cmocka_unit_test_setup_teardown(load__of_a_damaged_file__takes_the_backup_and_says_so, up, down),
        cmocka_unit_test_setup_teardown(load__of_a_refused_or_two_damaged_files__tells_of_the_first, up, down),
        cmocka_unit_test_setup_teardown(save__of_a_loaded_file__keeps_what_is_not_ours, up, down),
        cmocka_unit_test_setup_teardown(save__of_a_new_one__reads_back, up, down),
        cmocka_unit_test_setup_teardown(save__of_a_merge_note__comes_and_goes, up, down),
        cmocka_unit_test_setup_teardown(save__of_nonsense__writes_nothing, up, down),
        cmocka_unit_test_setup_teardown(save__from_a_backup__keeps_the_backup, up, down),
        cmocka_unit_test_setup_teardown(save__with_the_rights_of_the_old__and_over_what_a_crash_left, up, down),
        cmocka_unit_test_setup_teardown(save__failing_at_any_change__leaves_a_good_file, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
