/* SPDX-License-Identifier: MIT */
/*
 * Image files: reads and writes of plain and expanding images, by one thread and by four, against pread and pwrite on a file of the same size
 * and layout; expanding images while they grow; opening and mapping an image of 1 TiB; memory. All in the page cache: what is measured is
 * what our code adds, not the disk.
 */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "image/chain.h"
#include "image/hds.h"

#define KIB UINT64_C(1024)
#define TIB (UINT64_C(1) << 40)
#define THREADS_MAX 4
/* As times: at least 0.95 and 0.85 of the raw speed. */
#define AIM_SEQUENTIAL (1 / 0.95)
#define AIM_RANDOM (1 / 0.85)
#define AIM_OPEN_MS 5
#define AIM_MAP_MS 50
#define AIM_RSS_MIB 80

/* Short measurements and many of them: what else the machine does then spoils few. */
static uint64_t disk_mib = 256, turns = 101;

static const struct bench_option options[] = {
    { "disk_mib", &disk_mib, "size of the disks" },
    { "n", &turns, "measurements of each kind" },
    { NULL, NULL, NULL },
};

static char dir[4096];

static const char *
in_dir(const char *name)
{
    static char paths[4][sizeof dir + 32];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    return path;
}

static void
must(PRL_RESULT r, const char *what)
{
    if (PRL_FAILED(r))
        bench_fail("%s: %s", what, err_peek()->details ? err_peek()->details : "failed");
}

/* ---- What is measured. */

struct target {
    const char *name;
    struct chain *chain; /* NULL: raw */
    int fd;
};

static void
transfer(const struct target *t, bool is_write, char *buf, size_t size, uint64_t offset)
{
    ssize_t n;

    if (t->chain) {
        must(is_write ? chain_write(t->chain, buf, size, offset) : chain_read(t->chain, buf, size, offset), t->name);
        return;
    }
    n = is_write ? pwrite(t->fd, buf, size, (off_t)offset) : pread(t->fd, buf, size, (off_t)offset);
    if (n != (ssize_t)size)
        bench_fail("raw: %s", strerror(errno));
}

struct load {
    const char *name;
    size_t size;
    bool is_write, is_random;
    uint64_t ops; /* of each thread */
};

struct worker {
    const struct target *target;
    const struct load *load;
    pthread_t thread;
    pthread_barrier_t *start;
    unsigned index, n_threads;
    uint64_t ns;
};

static void *
work(void *arg)
{
    struct worker *w = arg;
    const struct load *l = w->load;
    uint64_t slots = disk_mib * MIB / l->size, ops = l->ops, state = 0x9e3779b97f4a7c15u * (w->index + 1), start;
    char *buf = aligned_alloc(4096, l->size);

    if (!buf)
        bench_fail("out of memory");
    memset(buf, (int)w->index + 1, l->size);
    pthread_barrier_wait(w->start);
    start = bench_now_ns();
    for (uint64_t i = 0; i < ops; i++) {
        uint64_t slot = w->index * (slots / w->n_threads) + i % (slots / w->n_threads);

        if (l->is_random) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            slot = (state >> 20) % slots;
        }
        transfer(w->target, l->is_write, buf, l->size, slot * l->size);
    }
    w->ns = bench_now_ns() - start;
    free(buf);
    return NULL;
}

/* Wall time of the slowest thread. */
static uint64_t
run(const struct target *t, const struct load *l, unsigned n_threads)
{
    struct worker w[THREADS_MAX];
    pthread_barrier_t start;
    uint64_t longest = 0;

    pthread_barrier_init(&start, NULL, n_threads);
    for (unsigned i = 0; i < n_threads; i++) {
        w[i] = (struct worker){ t, l, 0, &start, i, n_threads, 0 };
        if (pthread_create(&w[i].thread, NULL, work, &w[i]))
            bench_fail("pthread_create");
    }
    for (unsigned i = 0; i < n_threads; i++) {
        pthread_join(w[i].thread, NULL);
        if (w[i].ns > longest)
            longest = w[i].ns;
    }
    pthread_barrier_destroy(&start);
    return longest;
}

static void
measure(const struct target *targets, size_t n_targets, const struct load *l, unsigned n_threads)
{
    struct samples samples[8] = { 0 };

    for (uint64_t turn = 0; turn < turns; turn++)
        for (size_t i = 0; i < n_targets; i++) {
            size_t k = (i + turn) % n_targets; /* nobody is always first */

            samples_add(&samples[k], run(&targets[k], l, n_threads));
        }
    for (size_t i = 0; i < n_targets; i++) {
        char metric[80], base[80];
        double aim = l->is_random ? AIM_RANDOM : AIM_SEQUENTIAL;

        snprintf(metric, sizeof metric, "%s_%u_threads.%s", l->name, n_threads, targets[i].name);
        snprintf(base, sizeof base, "%s_%u_threads.%s", l->name, n_threads, targets[0].name);
        bench_report(metric, UNIT_MS, &samples[i], i ? (struct versus){ base, &samples[0], aim } : (struct versus){ 0 });
    }
    for (size_t i = 0; i < n_targets; i++)
        samples_free(&samples[i]);
}

/* ---- Disks that have everything allocated. */

static struct chain *
one_image(struct image *image)
{
    struct chain *c;

    must(chain_new(&image, 1, disk_mib * MIB, &c), "chain_new");
    return c;
}

static struct chain *
open_expanding(const char *name)
{
    struct image *image;

    must(hds_open(AT_FDCWD, in_dir(name), IMAGE_WRITE, &image), name);
    return one_image(image);
}

static struct chain *
open_plain(const char *name)
{
    struct image *image;

    must(plain_open(AT_FDCWD, in_dir(name), IMAGE_WRITE, disk_mib * MIB, &image), name);
    return one_image(image);
}

static int
open_raw(const char *name, bool is_new)
{
    int fd = open(in_dir(name), O_RDWR | O_CLOEXEC | (is_new ? O_CREAT | O_TRUNC : 0), 0600);

    if (fd < 0)
        bench_fail("%s: %s", in_dir(name), strerror(errno));
    return fd;
}

/* By turns, so that none has the better places on the disk or in memory. */
static void
fill_all(const struct target *targets, size_t n)
{
    char *buf = malloc(MIB);

    if (!buf)
        bench_fail("out of memory");
    memset(buf, 1, MIB);
    for (uint64_t at = 0; at < disk_mib; at++)
        for (size_t i = 0; i < n; i++)
            transfer(&targets[(i + at) % n], true, buf, MIB, at * MIB);
    for (size_t i = 0; i < n; i++) {
        if (targets[i].chain)
            must(chain_flush(targets[i].chain), "flush");
        else if (fdatasync(targets[i].fd) < 0)
            bench_fail("fdatasync: %s", strerror(errno));
    }
    free(buf);
}

static void
measure_allocated(void)
{
    const struct load loads[] = {
        { "read_seq_1M", MIB, false, false, 16 },
        { "write_seq_1M", MIB, true, false, 16 },
        { "read_rnd_4K", 4 * KIB, false, true, 2000 },
        { "write_rnd_4K", 4 * KIB, true, true, 1000 },
        { "read_rnd_64K", 64 * KIB, false, true, 200 },
        { "write_rnd_64K", 64 * KIB, true, true, 200 },
    };
    struct hds_new args = { disk_mib * 2048, 0, false };
    struct target targets[3] = { { "raw", NULL, -1 }, { "plain", NULL, -1 }, { "expanding", NULL, -1 } };

    must(plain_create(AT_FDCWD, in_dir("raw"), disk_mib * MIB, NULL), "raw");
    must(plain_create(AT_FDCWD, in_dir("plain"), disk_mib * MIB, NULL), "plain");
    must(hds_create(AT_FDCWD, in_dir("expanding"), &args, NULL), "expanding");
    targets[0].fd = open_raw("raw", false);
    targets[1].chain = open_plain("plain");
    targets[2].chain = open_expanding("expanding");
    fill_all(targets, 3);
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        measure(targets, 3, &loads[i], 1);
        measure(targets, 3, &loads[i], THREADS_MAX);
    }
    must(chain_close(targets[1].chain), "close");
    must(chain_close(targets[2].chain), "close");
    close(targets[0].fd);
    unlink(in_dir("raw"));
    unlink(in_dir("plain"));
    unlink(in_dir("expanding"));
}

/* ---- The first write of everything, against a sparse file of full length. */

static uint64_t
grow_raw(const struct load *l, unsigned n_threads)
{
    struct target t = { "raw", NULL, open_raw("grow", true) };
    uint64_t ns;

    if (ftruncate(t.fd, (off_t)(disk_mib * MIB)) < 0)
        bench_fail("ftruncate: %s", strerror(errno));
    transfer(&t, true, (char[]){ 1 }, 1, disk_mib * MIB - 1);
    ns = run(&t, l, n_threads);
    close(t.fd);
    unlink(in_dir("grow"));
    return ns;
}

static uint64_t
grow_expanding(const struct load *l, unsigned n_threads)
{
    struct hds_new args = { disk_mib * 2048, 0, false };
    struct target t = { "expanding", NULL, -1 };
    uint64_t ns;

    must(hds_create(AT_FDCWD, in_dir("grow"), &args, NULL), "grow");
    t.chain = open_expanding("grow");
    transfer(&t, true, (char[]){ 1 }, 1, disk_mib * MIB - 1); /* the mark of a file in use: once, and a sync */
    ns = run(&t, l, n_threads);
    chain_free(t.chain);
    unlink(in_dir("grow"));
    return ns;
}

static void
measure_growing(void)
{
    const struct load loads[] = {
        { "first_write_seq_1M", MIB, true, false, 32 },
        { "first_write_rnd_64K", 64 * KIB, true, true, 200 },
        { "first_write_rnd_4K", 4 * KIB, true, true, 1000 },
    };

    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++)
        for (unsigned n_threads = 1; n_threads <= THREADS_MAX; n_threads += THREADS_MAX - 1) {
            struct samples raw = { 0 }, ours = { 0 };
            char metric[80], base[80];

            for (uint64_t turn = 0; turn < turns / 2 + 1; turn++) {
                samples_add(&raw, grow_raw(&loads[i], n_threads));
                samples_add(&ours, grow_expanding(&loads[i], n_threads));
            }
            snprintf(metric, sizeof metric, "%s_%u_threads.expanding", loads[i].name, n_threads);
            snprintf(base, sizeof base, "%s_%u_threads.raw", loads[i].name, n_threads);
            bench_report(base, UNIT_MS, &raw, (struct versus){ 0 });
            bench_report(metric, UNIT_MS, &ours, (struct versus){ base, &raw, loads[i].is_random ? AIM_RANDOM : AIM_SEQUENTIAL });
            samples_free(&raw);
            samples_free(&ours);
        }
}

/* ---- Large images: every cluster allocated, out of order, in a sparse file. */

static void
make_large(const char *name, uint32_t n_clusters, uint32_t cluster_sectors)
{
    struct hds_new args = { (uint64_t)n_clusters * cluster_sectors, cluster_sectors, false };
    uint64_t cluster = cluster_sectors * UINT64_C(512), start = (64 + 4 * (uint64_t)n_clusters + cluster - 1) / cluster;
    uint32_t *table = malloc((size_t)n_clusters * 4);
    int fd;

    must(hds_create(AT_FDCWD, in_dir(name), &args, NULL), name);
    if (!table)
        bench_fail("out of memory");
    for (uint32_t i = 0; i < n_clusters; i++)
        table[i] = (uint32_t)start + (i ^ 1);
    fd = open_raw(name, false);
    if (pwrite(fd, table, (size_t)n_clusters * 4, 64) != (ssize_t)n_clusters * 4
        || ftruncate(fd, (off_t)((start + n_clusters) * cluster)) < 0)
        bench_fail("%s: %s", in_dir(name), strerror(errno));
    close(fd);
    free(table);
}

static uint64_t
map_all(struct image *image)
{
    uint64_t runs = 0;

    for (uint64_t at = 0; at < image->size_bytes; runs++) {
        struct image_run r;

        must(image->class->map(image, at, image->size_bytes - at, &r), "map");
        at += r.length;
    }
    return runs;
}

static void
measure_large(void)
{
    struct samples open_read = { 0 }, open_write = { 0 }, map = { 0 }, map_again = { 0 }, first_write = { 0 };

    make_large("large", 1u << 20, 2048);
    for (uint64_t i = 0; i < turns; i++) {
        struct image *image;
        uint64_t start = bench_now_ns();

        must(hds_open(AT_FDCWD, in_dir("large"), 0, &image), "open");
        samples_add_since(&open_read, start);
        start = bench_now_ns();
        map_all(image);
        samples_add_since(&map, start);
        start = bench_now_ns();
        map_all(image);
        samples_add_since(&map_again, start);
        must(image_close(image), "close");

        start = bench_now_ns();
        must(hds_open(AT_FDCWD, in_dir("large"), IMAGE_WRITE, &image), "open");
        samples_add_since(&open_write, start);
        start = bench_now_ns();
        must(image->class->write(image, NULL, "x", 1, TIB / 2), "write");
        samples_add_since(&first_write, start);
        must(image_close(image), "close");
    }
    bench_report("open_1T.read", UNIT_MS, &open_read, (struct versus){ NULL, NULL, AIM_OPEN_MS });
    bench_report("open_1T.write", UNIT_MS, &open_write, (struct versus){ NULL, NULL, AIM_OPEN_MS });
    bench_report("first_write_1T", UNIT_MS, &first_write, (struct versus){ 0 });
    bench_report("map_1T", UNIT_MS, &map, (struct versus){ NULL, NULL, AIM_MAP_MS });
    bench_report("map_1T.again", UNIT_MS, &map_again, (struct versus){ 0 });
    samples_free(&open_read);
    samples_free(&open_write);
    samples_free(&first_write);
    samples_free(&map);
    samples_free(&map_again);
    unlink(in_dir("large"));
}

static double
rss_mib(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    unsigned long size, resident;

    if (!f || fscanf(f, "%lu %lu", &size, &resident) != 2)
        bench_fail("/proc/self/statm");
    fclose(f);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / MIB;
}

/* A table four times as large as what is kept of one. */
static void
measure_memory(void)
{
    struct image *image;
    double before;

    make_large("huge", 64u << 20, 8);
    before = rss_mib();
    must(hds_open(AT_FDCWD, in_dir("huge"), 0, &image), "open");
    map_all(image);
    bench_report_value("rss_of_256M_table", "MiB", rss_mib() - before, AIM_RSS_MIB);
    must(image_close(image), "close");
    unlink(in_dir("huge"));
}

int
main(int argc, char **argv)
{
    const char *tmp = getenv("TMPDIR");

    bench_begin("image", options, argc, argv);
    if (disk_mib < 8)
        bench_fail("disks of less than 8 MiB");
    snprintf(dir, sizeof dir, "%s/prlkvm-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        bench_fail("%s: %s", dir, strerror(errno));
    measure_allocated();
    measure_growing();
    measure_large();
    measure_memory();
    return path_remove_tree(dir) ? 1 : 0;
}
