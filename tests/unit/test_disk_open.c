/* SPDX-License-Identifier: MIT */
/* What a path is, which other files an image may make us open, and which images must not be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disk_tools.h"
#include "image/disk.h"
#include "image/hds.h"
#include "image/nbd_uri.h"
#include "image/qcow2_header.h"

#define OK PRL_ERR_SUCCESS

static char *state_dir;

static int
up(void **state)
{
    temp_dir_up(state);
    state_dir = temp_path("state");
    mkdir(state_dir, 0700);
    setenv("PRLKVM_HOME", state_dir, 1);
    return 0;
}

static int
down(void **state)
{
    free(state_dir);
    return temp_dir_down(state);
}

static PRL_RESULT
try_open(const char *path, unsigned flags)
{
    const struct disk_open_args args = { .flags = flags };
    struct disk *d = NULL;
    PRL_RESULT r = disk_open(path, &args, &d);

    disk_unref(d);
    return r;
}

/* ---- looking ---- */

static void
probe__looks_at_the_bytes(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;    /* of them */
        size_t size; /* of the file */
        size_t at;
        enum disk_format kind;
        const char *name;
    } rows[] = {
#define B(text) text, sizeof text - 1
        { B(""), 0, 0, DISK_RAW, "raw" },
        { B("QF"), 2, 0, DISK_RAW, "raw" },
        { B("QFI\xfb\0\0\0\3"), 8, 0, DISK_QCOW2, "qcow2" },
        { B("QFI\xfb\0\0\0\1"), 8, 0, DISK_FOREIGN, "qcow" },
        { B("WithoutFreeSpace\2\0\0\0"), 64, 0, DISK_EXPANDING, "parallels" },
        { B("WithouFreSpacExt\2\0\0\0"), 64, 0, DISK_EXPANDING, "parallels" },
        { B("WithouFreSpacExt\3\0\0\0"), 64, 0, DISK_RAW, "raw" },
        { B("KDMV\1\0\0\0"), 512, 0, DISK_FOREIGN, "vmdk" },
        { B("# Disk DescriptorFile\n"), 22, 0, DISK_FOREIGN, "vmdk" },
        { B("conectix"), 512, 0, DISK_FOREIGN, "vpc" },
        { B("vhdxfile"), 512, 0, DISK_FOREIGN, "vhdx" },
        { B("\x7f\x10\xda\xbe"), 512, 0x40, DISK_FOREIGN, "vdi" },
        { B("LUKS\xba\xbe"), 512, 0, DISK_FOREIGN, "luks" },
        { B("QED\0"), 512, 0, DISK_FOREIGN, "qed" },
#undef B
    };
    AUTO(cleanup_free) char *path = temp_path("bytes.vmdk"); /* the name means nothing */

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char bytes[1024] = { 0 };
        enum disk_format kind;
        const char *name;

        memcpy(bytes + rows[i].at, rows[i].bytes, rows[i].n);
        put_file(path, bytes, rows[i].size);
        assert_int_equal(disk_probe(path, &kind, &name), OK);
        assert_int_equal(kind, rows[i].kind);
        assert_string_equal(name, rows[i].name);
    }
}

static void
probe__tells_directories_and_addresses(void **state)
{
    AUTO(cleanup_free) char *dir = temp_path("dir");
    AUTO(cleanup_free) char *descriptor = temp_path("dir/DiskDescriptor.xml");
    AUTO(cleanup_free) char *nothing = temp_path("nothing");
    AUTO(cleanup_free) char *fifo = temp_path("fifo");
    enum disk_format kind;
    const char *name;

    mkdir(dir, 0700);
    assert_int_equal(disk_probe(dir, &kind, &name), PRL_ERR_DISK_XML_MISSING);
    put_text(descriptor, "<x/>");
    assert_int_equal(disk_probe(dir, &kind, &name), OK);
    assert_int_equal(kind, DISK_BUNDLE);
    assert_int_equal(disk_probe(descriptor, &kind, &name), OK);
    assert_int_equal(kind, DISK_BUNDLE);
    assert_int_equal(disk_probe(nothing, &kind, &name), PRL_ERR_FILE_NOT_FOUND);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(disk_probe(fifo, &kind, &name), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_int_equal(disk_probe("nbd://localhost/x", &kind, &name), OK);
    assert_int_equal(kind, DISK_NBD);
}

static void
address__becomes_a_uri(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "nbd://host:10809/name{0a-1b}", "nbd://host:10809/name%7B0a-1b%7D" },
        { "nbd://host", "nbd://host" },
        { "nbd+unix:///e?socket=/tmp/s", "nbd+unix:///e?socket=/tmp/s" },
        { "nbd:host:1234:exportname=a b", "nbd://host:1234/a%20b" },
        { "nbd:host:1234", "nbd://host:1234/" },
        { "nbd:unix:/tmp/a b:exportname=x?y", "nbd+unix:///x%3Fy?socket=/tmp/a%20b" },
        { "nbd:", NULL },
        { "nbd:unix:", NULL },
        { "nbds:x", NULL },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(cleanup_free) char *got = nbd_uri_of(rows[i].in);

        if (rows[i].out)
            assert_string_equal(got, rows[i].out);
        else
            assert_null(got);
    }
}

/* ---- other files ---- */

static char *
qcow2(const char *name, const char *backing, const char *format)
{
    char *path = temp_path(name);

    if (backing)
        TOOL("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", backing, "-F", format, path, "1M");
    else
        TOOL("qemu-img", "create", "-q", "-f", "qcow2", path, "1M");
    return path;
}

static void
backing__in_the_same_directory__is_followed(void **state)
{
    AUTO(cleanup_free) char *base = qcow2("base", NULL, NULL);
    AUTO(cleanup_free) char *middle = qcow2("middle", "base", "qcow2");
    AUTO(cleanup_free) char *top = qcow2("top", middle, "qcow2"); /* absolute */
    AUTO(cleanup_free) char *raw = temp_path("raw");
    AUTO(cleanup_free) char *on_raw = qcow2("on_raw", "raw", "raw");
    const struct disk_open_args args = { .flags = PRL_DISK_READ };
    unsigned char buf[4096];
    struct disk *d;

    TOOL("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 4k", base);
    TOOL("qemu-io", "-f", "qcow2", "-c", "write -P 8 4k 4k", middle);
    assert_int_equal(disk_open(top, &args, &d), OK);
    assert_int_equal(disk_read(d, buf, sizeof buf, 0), OK);
    assert_int_equal(buf[77], 7);
    assert_int_equal(disk_read(d, buf, sizeof buf, 4096), OK);
    assert_int_equal(buf[77], 8);
    disk_unref(d);

    memset(buf, 9, sizeof buf);
    memcpy(buf, "QFI\xfb\0\0\0\3", 8); /* the guest of a raw disk can write that */
    put_file(raw, buf, sizeof buf);
    assert_int_equal(disk_open(on_raw, &args, &d), OK);
    assert_int_equal(disk_read(d, buf, sizeof buf, 0), OK);
    assert_int_equal(buf[0], 'Q');
    disk_unref(d);
}

static void
backing__elsewhere__is_refused_unless_on_record(void **state)
{
    AUTO(cleanup_free) char *dir = temp_path("other");
    AUTO(cleanup_free) char *links = path_join(state_dir, "links.json");
    AUTO(cleanup_free) char *base = NULL;
    AUTO(cleanup_free) char *top = NULL;
    AUTO(cleanup_free) char *relative = NULL;
    AUTO(cleanup_free) char *by_link = NULL;
    AUTO(cleanup_free) char *link = temp_path("link");
    AUTO(cleanup_free) char *record = NULL;

    mkdir(dir, 0700);
    base = qcow2("other/base", NULL, NULL);
    top = qcow2("top", base, "qcow2");
    relative = qcow2("relative", "other/base", "qcow2");
    assert_int_equal(symlink(base, link), 0);
    by_link = qcow2("by_link", "link", "qcow2");
    assert_int_equal(try_open(top, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(relative, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(by_link, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
    record = str_printf("{\"version\":1,\"links\":[{\"child\":\"%s\",\"base\":\"%s\",\"vm\":\"\"}]}", top, base);
    put_text(links, record);
    assert_int_equal(try_open(top, PRL_DISK_READ), OK);
    assert_int_equal(try_open(top, DISK_RW), OK);
    assert_int_equal(try_open(relative, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
}

static void
backing__that_is_no_file__is_refused(void **state)
{
    static const struct {
        const char *name, *format;
        PRL_RESULT want;
    } rows[] = {
        { "nbd:localhost:1", "raw", PRL_ERR_DISK_NOT_PERMITTED },
        { "json:{\"driver\":\"null-co\"}", "raw", PRL_ERR_DISK_NOT_PERMITTED },
        { "/dev/zero", "raw", PRL_ERR_DISK_NOT_PERMITTED },
        { "missing", "raw", PRL_ERR_DISK_FILE_OPEN_ERROR },
        { "here", "vmdk", PRL_ERR_DISK_NOT_PERMITTED },
        { "top", "qcow2", PRL_ERR_DISK_NOT_PERMITTED }, /* itself */
    };
    AUTO(cleanup_free) char *here = temp_path("here");

    put_text(here, "x");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO(cleanup_free) char *top = qcow2("top", rows[i].name, rows[i].format);

        assert_int_equal(try_open(top, PRL_DISK_READ), rows[i].want);
    }
}

static void
data_file__is_refused(void **state)
{
    AUTO(cleanup_free) char *top = temp_path("top");
    AUTO(cleanup_free) char *data = temp_path("data");
    AUTO(cleanup_free) char *option = str_printf("data_file=%s", data);

    TOOL("qemu-img", "create", "-q", "-f", "qcow2", "-o", option, top, "1M");
    assert_int_equal(try_open(top, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(top, PRL_DISK_FAKE_OPEN), PRL_ERR_DISK_NOT_PERMITTED);
}

static void
vmdk__that_names_files_elsewhere__is_refused(void **state)
{
    static const struct {
        const char *text;
        PRL_RESULT want;
    } rows[] = {
        { "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 4 FLAT \"flat\" 0\n", OK },
        { "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\nRW 4 FLAT \"/etc/passwd\" 0\n",
          PRL_ERR_DISK_NOT_PERMITTED },
        { "# Disk DescriptorFile\nCID=1\ncreateType=\"monolithicFlat\"\nRW 4 FLAT\n\"../x\" 0\n", PRL_ERR_DISK_NOT_PERMITTED },
        { "# Disk DescriptorFile\nCID=1\"\ncreateType=\"monolithicFlat\"\nRW 4 FLAT \"nbd:host:1\" 0\n", PRL_ERR_DISK_NOT_PERMITTED },
        { "# Disk DescriptorFile\nCID=1\ncreateType=\"monolithicFlat\"\nRW 4 FLAT \"link\" 0\n", PRL_ERR_DISK_NOT_PERMITTED },
        { "# Disk DescriptorFile\nCID=1\ncreateType=\"monolithicFlat\"\nparentFileNameHint=\"flat\"\nRW 4 FLAT \"flat\" 0\n",
          PRL_ERR_DISK_NOT_PERMITTED },
    };
    AUTO(cleanup_free) char *path = temp_path("disk.vmdk");
    AUTO(cleanup_free) char *flat = temp_path("flat");
    AUTO(cleanup_free) char *link = temp_path("link");
    char data[2048] = { 5 };

    put_file(flat, data, sizeof data);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        put_text(path, rows[i].text);
        assert_int_equal(try_open(path, PRL_DISK_READ), rows[i].want);
    }
}

static void
header__damaged__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = qcow2("damaged", NULL, NULL);
    AUTO(cleanup_free) char *good = get_file(path);
    struct qcow2_header h;

    static const struct {
        size_t at;
        unsigned char byte;
    } rows[] = {
        { 7, 4 }, { 7, 0 }, { 23, 40 }, { 23, 3 }, { 24, 0x7f }, { 36, 0x7f }, { 72 + 7, 0xc0 },
    };

    memcpy(&h, good, sizeof h);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char bytes[65536];

        memcpy(bytes, good, sizeof bytes);
        bytes[rows[i].at] = rows[i].byte;
        put_file(path, bytes, sizeof bytes);
        assert_int_equal(try_open(path, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
    }
    put_file(path, good, 71);
    assert_int_equal(try_open(path, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
}

/* qemu-img measures the processor first, and gives up at once where the kernel's accounting is too coarse for it: try again. */
static void
make_encrypted(const char *format, const char *options, const char *path)
{
    char *out = NULL;

    for (int i = 0; !out && i < 50; i++) {
        unlink(path);
        out = tool("qemu-img", "create", "-q", "-f", format, "--object", "secret,id=k,data=open sesame", "-o", options, path, "1M", NULL);
    }
    assert_non_null(out);
    free(out);
}

static void
open_encrypted(void)
{
    AUTO(cleanup_free) char *path = temp_path("disk.luks");
    AUTO(cleanup_free) char *key = temp_path("key,with=commas");
    AUTO(cleanup_free) char *in_qcow2 = temp_path("disk.qcow2");
    const struct disk_open_args args = { .flags = DISK_RW };
    unsigned char buf[4096], back[4096];
    struct disk *d;

    put_text(key, "open sesame");
    make_encrypted("luks", "key-secret=k,iter-time=100", path);
    make_encrypted("qcow2", "encrypt.format=luks,encrypt.key-secret=k,encrypt.iter-time=100", in_qcow2);
    unsetenv("PRLKVM_DISK_KEY_FILE");
    assert_int_equal(try_open(path, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(in_qcow2, PRL_DISK_READ), PRL_ERR_DISK_NOT_PERMITTED);
    setenv("PRLKVM_DISK_KEY_FILE", key, 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(disk_open(i ? in_qcow2 : path, &args, &d), OK);
        assert_int_equal(disk_size(d), 1 << 20);
        fill_pattern(buf, sizeof buf, 0, 1);
        assert_int_equal(disk_write(d, buf, sizeof buf, 8192), OK);
        assert_int_equal(disk_read(d, back, sizeof back, 8192), OK);
        assert_memory_equal(buf, back, sizeof buf);
        disk_unref(d);
    }
    put_text(key, "wrong");
    assert_int_equal(try_open(path, PRL_DISK_READ), PRL_ERR_DISK_FILE_OPEN_ERROR);
    unsetenv("PRLKVM_DISK_KEY_FILE");
}

static void
encrypted__needs_the_key(void **state)
{
    if (!getenv("PRLKVM_TEST_SLOW")) {
        print_message("skipped: qemu-img takes ten seconds to make a key; PRLKVM_TEST_SLOW=1 runs it\n");
        skip();
    }
    open_encrypted();
}

/* ---- writing ---- */

static void
image__of_a_suspended_vm__is_only_read(void **state)
{
    AUTO(cleanup_free) char *saved = temp_path("config.sav");
    AUTO(cleanup_free) char *cut = temp_path("config.sav.run");
    AUTO(cleanup_free) char *disk = qcow2("disk", NULL, NULL);
    AUTO(cleanup_free) char *raw = temp_path("raw");

    put_text(raw, "x");
    assert_int_equal(try_open(disk, DISK_RW), OK);
    put_text(saved, "");
    assert_int_equal(try_open(disk, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(raw, PRL_DISK_WRITE), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(disk, PRL_DISK_READ), OK);
    assert_int_equal(rename(saved, cut), 0);
    assert_int_equal(try_open(disk, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    unlink(cut);
    assert_int_equal(try_open(disk, DISK_RW), OK);
}

static void
image__with_clones__is_only_read(void **state)
{
    AUTO(cleanup_free) char *links = path_join(state_dir, "links.json");
    AUTO(cleanup_free) char *home = temp_path("clone");
    AUTO(cleanup_free) char *base = qcow2("base", NULL, NULL);
    AUTO(cleanup_free) char *alias = temp_path("alias");
    AUTO(cleanup_free) char *child = temp_path("clone/child");
    AUTO(cleanup_free) char *record = str_printf("{\"version\":1,\"links\":[{\"child\":\"%s\",\"base\":\"%s\",\"vm\":\"\"}]}", child, base);

    put_text(links, record);
    assert_int_equal(try_open(base, DISK_RW), OK); /* the child is not there (any more) */
    mkdir(home, 0700);
    put_text(child, "x");
    assert_int_equal(try_open(base, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(symlink(base, alias), 0);
    assert_int_equal(try_open(alias, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(base, PRL_DISK_READ), OK);
    unlink(child);
    assert_int_equal(try_open(base, DISK_RW), OK);
    put_text(links, "{ damaged");
    assert_int_equal(try_open(base, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    unlink(links);
    assert_int_equal(chmod(base, 0400), 0); /* also for root */
    assert_int_equal(try_open(base, DISK_RW), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(try_open(base, PRL_DISK_READ), OK);
}

/* ---- changed blocks of a bare image; those of bundles: test_bundle_tree.c, of other files: test_disk_nbd.c ---- */

static void
bare_image__with_bitmaps__tells_of_changes(void **state)
{
    static const unsigned char first[16] = { 0x0a, 1 }, second[16] = { 0x0b, 1 };
    const struct hds_new args = { .size_sectors = 64 * 128, .cluster_sectors = 128 }; /* a cluster is a block of the map */
    const struct disk_open_args open = { .flags = DISK_RW }, skip = { .flags = PRL_DISK_READ, .skip_bytes = 3 * 65536 };
    AUTO(cleanup_free) char *path = temp_path("bare.hds");
    AUTO(disk_map_free) struct disk_map *m = NULL;
    struct image *image;
    struct disk *d = NULL;

    assert_int_equal(hds_create(AT_FDCWD, path, &args, NULL), OK);
    assert_int_equal(hds_open(AT_FDCWD, path, IMAGE_WRITE, &image), OK);
    assert_int_equal(hds_bitmap_add(image, first, 65536), OK);
    assert_int_equal(image_close(image), OK);
    assert_int_equal(disk_open(path, &open, &d), OK);
    assert_int_equal(disk_write(d, "abc", 3, 3 * 65536 + 1), OK);
    assert_int_equal(hds_bitmap_add(disk_bare_image(d), second, 65536), OK);
    assert_int_equal(disk_write(d, "abc", 3, 5 * 65536), OK);
    assert_int_equal(disk_changed(d, "0a010000-0000-0000-0000-000000000000", NULL, &m), OK);
    assert_int_equal(m->n_bits, 64);
    assert_int_equal(m->bits[0], 1 << 3 | 1 << 5);
    disk_map_free(TAKE(m));
    assert_int_equal(disk_changed(d, "{0B010000-0000-0000-0000-000000000000}", NULL, &m), OK);
    assert_int_equal(m->bits[0], 1 << 5);
    disk_map_free(TAKE(m));
    assert_int_equal(disk_changed(d, "0a010000-0000-0000-0000-000000000001", NULL, &m), PRL_ERR_NO_DATA);
    assert_int_equal(disk_changed(d, "first", NULL, &m), PRL_ERR_NO_DATA);
    disk_unref(d);
    assert_int_equal(disk_open(path, &skip, &d), OK); /* the offset of a policy moves the map as well */
    assert_int_equal(disk_changed(d, "0a010000-0000-0000-0000-000000000000", "what", &m), OK);
    assert_int_equal(m->bits[0], 1 << 0 | 1 << 2);
    disk_unref(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(probe__looks_at_the_bytes, up, down),
        cmocka_unit_test_setup_teardown(probe__tells_directories_and_addresses, up, down),
        cmocka_unit_test_setup_teardown(address__becomes_a_uri, up, down),
        cmocka_unit_test_setup_teardown(backing__in_the_same_directory__is_followed, up, down),
        cmocka_unit_test_setup_teardown(backing__elsewhere__is_refused_unless_on_record, up, down),
        cmocka_unit_test_setup_teardown(backing__that_is_no_file__is_refused, up, down),
        cmocka_unit_test_setup_teardown(data_file__is_refused, up, down),
        cmocka_unit_test_setup_teardown(vmdk__that_names_files_elsewhere__is_refused, up, down),
        cmocka_unit_test_setup_teardown(header__damaged__is_refused, up, down),
        cmocka_unit_test_setup_teardown(encrypted__needs_the_key, up, down),
        cmocka_unit_test_setup_teardown(image__of_a_suspended_vm__is_only_read, up, down),
        cmocka_unit_test_setup_teardown(image__with_clones__is_only_read, up, down),
        cmocka_unit_test_setup_teardown(bare_image__with_bitmaps__tells_of_changes, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
