/* SPDX-License-Identifier: MIT */
/* wire/frame.c: messages in pieces, limits, descriptors, texts beside a message. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "wire/frame.h"

#define SOON_MS 20000

struct pair {
    struct frame *a, *b;
};

static struct pair
pair_new(void)
{
    int fds[2];
    struct pair p;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    p.a = frame_new(fds[0]);
    p.b = frame_new(fds[1]);
    assert_non_null(p.a);
    assert_non_null(p.b);
    return p;
}

static void
pair_free(struct pair p)
{
    frame_free(p.a);
    frame_free(p.b);
}

/* As a user of it does: poll, read; NULL when the connection is over. */
static json_t *
next(struct frame *f, int *ret_memfd)
{
    json_t *msg = NULL;

    for (;;) {
        struct pollfd p = { .fd = frame_fd(f), .events = POLLIN };

        if (PRL_FAILED(frame_read(f, &msg, ret_memfd)))
            return NULL;
        if (msg)
            return msg;
        assert_int_equal(poll(&p, 1, SOON_MS), 1);
    }
}

static bool
is_over(struct frame *f)
{
    int memfd = -1;
    json_t *msg = next(f, &memfd);

    json_decref(msg);
    return !msg;
}

static void
send_raw(struct frame *f, const void *bytes, size_t n)
{
    assert_int_equal(send(frame_fd(f), bytes, n, MSG_NOSIGNAL), (ssize_t)n);
}

static void
send_fds(struct frame *f, const char *text, const int *fds, int n)
{
    char room[CMSG_SPACE(16 * sizeof(int))] __attribute__((aligned(8))) = { 0 };
    struct iovec iov = { (void *)text, strlen(text) + 1 };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = CMSG_SPACE((size_t)n * sizeof(int)) };
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
    memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
    assert_true(sendmsg(frame_fd(f), &m, MSG_NOSIGNAL) > 0);
}

static int
open_files(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

/* ---- messages ---- */

static void
frame__two_messages_in_one_write__are_two(void **state)
{
    struct pair p = pair_new();
    AUTO(json_decref) json_t *one = NULL;
    AUTO(json_decref) json_t *two = NULL;
    int memfd;

    send_raw(p.a, "{\"x\":1}\0{\"x\":2}", 16);
    one = next(p.b, &memfd);
    two = next(p.b, &memfd);
    assert_int_equal(json_integer_value(json_object_get(one, "x")), 1);
    assert_int_equal(json_integer_value(json_object_get(two, "x")), 2);
    pair_free(p);
}

static void
frame__message_byte_by_byte__comes_when_it_is_whole(void **state)
{
    static const char text[] = "{\"method\":\"a.b\",\"id\":12}";
    struct pair p = pair_new();
    json_t *msg;
    int memfd;

    for (size_t i = 0; i < sizeof text; i++) {
        for (int k = 0; k < 2; k++) {
            assert_int_equal(frame_read(p.b, &msg, &memfd), PRL_ERR_SUCCESS);
            assert_null(msg);
        }
        send_raw(p.a, text + i, 1);
    }
    msg = next(p.b, &memfd);
    assert_int_equal(json_integer_value(json_object_get(msg, "id")), 12);
    json_decref(msg);
    pair_free(p);
}

static void
frame__large_message__goes_through_in_pieces(void **state)
{
    struct pair p = pair_new();
    size_t n = 3 << 20;
    char *text = malloc(n + 1);
    AUTO(json_decref) json_t *msg = NULL;
    json_t *got = NULL;
    bool pending = true;
    int memfd;

    memset(text, 'q', n);
    text[n] = '\0';
    msg = json_pack("{s:s}", "t", text);
    assert_int_equal(frame_queue(p.a, msg, -1), PRL_ERR_SUCCESS);
    assert_true(frame_queued_bytes(p.a) > n);
    while (!got) {
        assert_int_equal(frame_flush(p.a, &pending), PRL_ERR_SUCCESS);
        assert_int_equal(frame_read(p.b, &got, &memfd), PRL_ERR_SUCCESS);
    }
    assert_false(pending);
    assert_int_equal(frame_queued_bytes(p.a), 0);
    assert_string_equal(json_string_value(json_object_get(got, "t")), text);
    json_decref(got);
    free(text);
    pair_free(p);
}

static void
frame__what_is_no_message__ends_the_connection(void **state)
{
    static const char *const bad[] = {
        "", "5", "null", "[1]", "{", "{\"a\":1,\"a\":2}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\\u0000\"}", "{\"a\":1} x",
        "{\"fds\":1}", "{\"fds\":-1}", "{\"fds\":\"1\"}", "{\"fds\":9}",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct pair p = pair_new();

        send_raw(p.a, bad[i], strlen(bad[i]) + 1);
        assert_true(is_over(p.b));
        pair_free(p);
    }
}

static void
frame__nesting__is_limited(void **state)
{
    for (int depth = FRAME_MAX_DEPTH - 2; depth <= FRAME_MAX_DEPTH + 2; depth++) {
        struct pair p = pair_new();
        AUTO_STR s = STR_INIT;

        str_add(&s, "{\"a\":");
        for (int i = 1; i < depth; i++)
            str_add(&s, "[");
        for (int i = 1; i < depth; i++)
            str_add(&s, "]");
        str_add(&s, "}");
        send_raw(p.a, s.p, s.len + 1);
        assert_int_equal(is_over(p.b), depth > FRAME_MAX_DEPTH);
        pair_free(p);
    }
}

static void
frame__brackets_inside_texts__do_not_count(void **state)
{
    struct pair p = pair_new();
    static const char text[] = "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[\\\\\"}";

    send_raw(p.a, text, sizeof text);
    assert_false(is_over(p.b));
    pair_free(p);
}

static void
frame__limit__ends_the_connection_before_the_message_is_whole(void **state)
{
    struct pair p = pair_new();
    static char text[5000];

    memset(text, ' ', sizeof text);
    frame_limit(p.b, 4096);
    send_raw(p.a, text, 4000);
    send_raw(p.a, text, 1000);
    assert_true(is_over(p.b));
    pair_free(p);
}

static void
frame__other_side_closes__after_its_last_message(void **state)
{
    struct pair p = pair_new();

    send_raw(p.a, "{\"x\":1}", 8);
    send_raw(p.a, "{\"x\":", 5);
    frame_free(TAKE(p.a));
    assert_false(is_over(p.b));
    assert_true(is_over(p.b));
    pair_free(p);
}

static void
frame__flush_to_closed_socket__fails_without_signal(void **state)
{
    struct pair p = pair_new();
    AUTO(json_decref) json_t *msg = json_object();
    bool pending;

    frame_free(TAKE(p.b));
    assert_int_equal(frame_queue(p.a, msg, -1), PRL_ERR_SUCCESS);
    assert_true(PRL_FAILED(frame_flush(p.a, &pending)));
    pair_free(p);
}

/* ---- texts and descriptors ---- */

static int
memfd_with(const char *text, unsigned seals)
{
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
    return fd;
}

static void
texts__of_all_sizes__come_back(void **state)
{
    static const size_t sizes[] = { 0, 1, 2047, 2048, 2049, 70000, 1 << 20 };
    struct pair p = pair_new();
    struct frame_texts texts = FRAME_TEXTS_INIT;
    AUTO(json_decref) json_t *list = json_array();
    AUTO(json_decref) json_t *got = NULL;
    AUTO(json_decref) json_t *msg = NULL;
    AUTO_FD int memfd = -1;
    bool pending;

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(cleanup_free) char *text = malloc(sizes[i] + 1);

        memset(text, 'a' + (int)i, sizes[i]);
        text[sizes[i]] = '\0';
        assert_int_equal(json_array_append_new(list, frame_text_add(&texts, text, sizes[i])), 0);
    }
    assert_int_equal(frame_texts_seal(&texts), PRL_ERR_SUCCESS);
    msg = json_pack("{s:O}", "list", list);
    assert_int_equal(frame_queue(p.a, msg, texts.fd), PRL_ERR_SUCCESS);
    frame_texts_close(&texts);
    assert_int_equal(frame_flush(p.a, &pending), PRL_ERR_SUCCESS);
    assert_false(pending);
    got = next(p.b, &memfd);
    assert_non_null(got);
    assert_true(memfd >= 0);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        AUTO(cleanup_free) char *text = NULL;
        size_t len;

        assert_int_equal(frame_text_get(json_array_get(json_object_get(got, "list"), i), memfd, &text, &len), PRL_ERR_SUCCESS);
        assert_int_equal(len, sizes[i]);
        assert_int_equal(strlen(text), sizes[i]);
        assert_true(!len || (text[0] == 'a' + (int)i && text[len - 1] == 'a' + (int)i));
    }
    pair_free(p);
}

static void
map__of_sealed_memfd__gives_its_texts(void **state)
{
    int fd = memfd_with("0123456789", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    struct frame_map *m = frame_map_new(fd);
    AUTO(json_decref) json_t *inside = json_pack("{s:[i,i]}", "at", 2, 8);
    const char *text;
    size_t len;

    cleanup_close(&fd); /* the mapping needs it no more */
    assert_non_null(m);
    frame_map_unref(frame_map_ref(m));
    assert_int_equal(frame_map_text(m, inside, &text, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 8);
    assert_memory_equal(text, "23456789", 8);
    frame_map_unref(m);
}

static void
map__of_texts_outside__refuses_them(void **state)
{
    static const json_int_t outside[][2] = { { 0, 11 }, { 10, 1 }, { 11, 0 }, { -1, 2 }, { 3, -1 }, { INT64_MAX, 2 }, { 2, INT64_MAX } };
    AUTO_FD int fd = memfd_with("0123456789", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    struct frame_map *m = frame_map_new(fd);
    AUTO(json_decref) json_t *string = json_string("0");
    const char *text = NULL;
    size_t len;

    assert_non_null(m);
    for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
        AUTO(json_decref) json_t *at = json_pack("{s:[I,I]}", "at", outside[i][0], outside[i][1]);

        assert_int_equal(frame_map_text(m, at, &text, &len), PRL_ERR_BAD_PARAMETERS);
    }
    assert_int_equal(frame_map_text(m, string, &text, &len), PRL_ERR_BAD_PARAMETERS);
    assert_null(text);
    frame_map_unref(m);
}

/* What somebody can still cut would be a SIGBUS of ours. */
static void
map__of_what_can_be_cut__is_refused(void **state)
{
    static const unsigned seals[] = { 0, F_SEAL_SHRINK, F_SEAL_GROW | F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_GROW };
    char path[] = "/tmp/prlkvm-frame-XXXXXX";
    AUTO_FD int file = mkstemp(path);

    for (size_t i = 0; i < ARRAY_LEN(seals); i++) {
        AUTO_FD int fd = memfd_with("0123456789", seals[i]);

        assert_null(frame_map_new(fd));
    }
    assert_true(file >= 0 && write(file, "0123456789", 10) == 10);
    assert_null(frame_map_new(file));
    unlink(path);
    assert_null(frame_map_new(-1));
}

static void
memfds__of_several_messages__go_to_their_own(void **state)
{
    struct pair p = pair_new();
    const unsigned seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    bool pending;

    for (int i = 0; i < 6; i++) {
        char text[2] = { (char)('0' + i), 0 };
        AUTO(json_decref) json_t *msg = json_pack("{s:i}", "n", i);
        int fd = i % 2 ? memfd_with(text, seals) : -1;

        assert_int_equal(frame_queue(p.a, msg, fd), PRL_ERR_SUCCESS);
        cleanup_close(&fd);
    }
    assert_int_equal(frame_flush(p.a, &pending), PRL_ERR_SUCCESS);
    for (int i = 0; i < 6; i++) {
        AUTO_FD int memfd = -1;
        AUTO(json_decref) json_t *msg = next(p.b, &memfd);
        char c = 0;

        assert_int_equal(json_integer_value(json_object_get(msg, "n")), i);
        assert_int_equal(memfd >= 0, i % 2);
        if (i % 2) {
            assert_int_equal(pread(memfd, &c, 1, 0), 1);
            assert_int_equal(c, '0' + i);
        }
    }
    pair_free(p);
}

static void
memfd__without_all_seals__is_refused(void **state)
{
    static const unsigned seals[] = { 0, F_SEAL_SHRINK, F_SEAL_SHRINK | F_SEAL_GROW, F_SEAL_GROW | F_SEAL_WRITE };

    for (size_t i = 0; i < ARRAY_LEN(seals); i++) {
        struct pair p = pair_new();
        int fd = memfd_with("text", seals[i]);

        send_fds(p.a, "{\"fds\":1}", &fd, 1);
        assert_true(is_over(p.b));
        close(fd);
        pair_free(p);
    }
}

static void
descriptor__that_is_no_memfd__is_refused(void **state)
{
    struct pair p = pair_new();
    int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    send_fds(p.a, "{\"fds\":1}", &fd, 1);
    assert_true(is_over(p.b));
    close(fd);
    pair_free(p);
}

static void
memfd__too_large__is_refused(void **state)
{
    struct pair p = pair_new();
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_int_equal(ftruncate(fd, (off_t)FRAME_MEMFD_MAX + 1), 0);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), 0);
    send_fds(p.a, "{\"fds\":1}", &fd, 1);
    assert_true(is_over(p.b));
    close(fd);
    pair_free(p);
}

static void
descriptors__nobody_asked_for__end_the_connection_and_leak_nothing(void **state)
{
    int before = open_files();
    struct pair p = pair_new();
    int fds[6];

    for (int i = 0; i < 6; i++)
        fds[i] = memfd_with("x", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    send_fds(p.a, "{}", fds, 6); /* more than one read takes */
    assert_true(is_over(p.b));
    pair_free(p);
    p = pair_new();
    for (int i = 0; i < 3; i++)
        send_fds(p.a, "{}", fds, 4);
    while (!is_over(p.b))
        ;
    pair_free(p);
    for (int i = 0; i < 6; i++)
        close(fds[i]);
    assert_int_equal(open_files(), before);
}

static void
text__outside_of_the_memfd__is_refused(void **state)
{
    AUTO_FD int fd = memfd_with("0123456789", F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    static const char *const bad[] = {
        "{\"at\":[0,11]}", "{\"at\":[10,1]}", "{\"at\":[-1,2]}", "{\"at\":[0,-1]}", "{\"at\":[9223372036854775807,1]}",
        "{\"at\":[1,9223372036854775807]}", "{\"at\":[0]}", "{\"at\":[0,1,2]}", "{\"at\":[0,1],\"b\":1}", "{\"at\":[0.5,1]}", "{}", "7", "[0,1]",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(json_decref) json_t *v = json_loads(bad[i], JSON_DECODE_ANY, NULL);
        char *text = (char *)1;

        assert_int_equal(frame_text_get(v, fd, &text, NULL), PRL_ERR_BAD_PARAMETERS);
        assert_ptr_equal(text, (char *)1);
    }
    AUTO(json_decref) json_t *good = json_loads("{\"at\":[2,3]}", 0, NULL);
    AUTO(cleanup_free) char *text = NULL;

    assert_int_equal(frame_text_get(good, -1, &text, NULL), PRL_ERR_BAD_PARAMETERS);
    assert_int_equal(frame_text_get(good, fd, &text, NULL), PRL_ERR_SUCCESS);
    assert_string_equal(text, "234");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame__two_messages_in_one_write__are_two),
        cmocka_unit_test(frame__message_byte_by_byte__comes_when_it_is_whole),
        cmocka_unit_test(frame__large_message__goes_through_in_pieces),
        cmocka_unit_test(frame__what_is_no_message__ends_the_connection),
        cmocka_unit_test(frame__nesting__is_limited),
        cmocka_unit_test(frame__brackets_inside_texts__do_not_count),
        cmocka_unit_test(frame__limit__ends_the_connection_before_the_message_is_whole),
        cmocka_unit_test(frame__other_side_closes__after_its_last_message),
        cmocka_unit_test(frame__flush_to_closed_socket__fails_without_signal),
        cmocka_unit_test(texts__of_all_sizes__come_back),
        cmocka_unit_test(map__of_sealed_memfd__gives_its_texts),
        cmocka_unit_test(map__of_texts_outside__refuses_them),
        cmocka_unit_test(map__of_what_can_be_cut__is_refused),
        cmocka_unit_test(memfds__of_several_messages__go_to_their_own),
        cmocka_unit_test(memfd__without_all_seals__is_refused),
        cmocka_unit_test(descriptor__that_is_no_memfd__is_refused),
        cmocka_unit_test(memfd__too_large__is_refused),
        cmocka_unit_test(descriptors__nobody_asked_for__end_the_connection_and_leak_nothing),
        cmocka_unit_test(text__outside_of_the_memfd__is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
