/*
 * What the elaborator cannot say in Lean: its channel, and what stands behind the descriptors 0, 1 and 2.
 *
 * The toolchain's own compiler has no headers of a C library, so the few functions of it that are used are declared here.
 * Functions that Lean calls return what `IO` functions return, and take no world token: versions of Lean that pass one pass
 * it in a register that nobody reads.
 */
#include <lean/lean.h>

struct _IO_FILE;
extern struct _IO_FILE *stdin;
struct poll_entry { int fd; short events; short revents; };

extern int *__errno_location(void);
extern void __fpurge(struct _IO_FILE *);
extern void clearerr(struct _IO_FILE *);
extern int close(int);
extern int dup2(int, int);
extern int eventfd(unsigned, int);
extern void _exit(int) __attribute__((noreturn));
extern int fcntl(int, int, ...);
extern int fflush(struct _IO_FILE *);
extern char *getenv(char const *);
extern int getpid(void);
extern long lseek(int, long, int);
extern int on_exit(void (*)(int, void *), void *);
extern int poll(struct poll_entry *, unsigned long, int);
extern int prctl(int, ...);
extern long read(int, void *, size_t);
extern long send(int, void const *, size_t, int);
extern int setenv(char const *, char const *, int);
extern long syscall(long, ...);
extern long write(int, void const *, size_t);
/* Of Lean's allocator and of glibc's; other Leans and other systems have others. */
extern void mi_collect(_Bool) __attribute__((weak));
extern int malloc_trim(size_t) __attribute__((weak));

enum {
    dupfd_cloexec = 1030,
    setfd = 2,
    cloexec = 1,
    pollin = 1,
    interrupted = 4,
    no_signal = 0x4000,
    set_dumpable = 4,
    eventfd_cloexec = 02000000,
    memfd_cloexec = 1,
    keyed = 8,
};

#if defined(__x86_64__)
static long const memfd_create_number = 319;
#elif defined(__aarch64__)
static long const memfd_create_number = 279;
#else
#error "This machine's number of memfd_create is not known."
#endif

/* A frame that is longer is a mistake of the peer. */
static uint32_t const most_in_a_frame = 1u << 28;

static int channel = -1;
static int woken = -1;
static int program_output[2] = {-1, -1};
static int elaboration_output[2] = {-1, -1};
static uint8_t key[keyed];

/*
 * One thread in Lean's pool can wait for itself for ever when the process ends, and two cost nothing. Before `main`, because
 * Lean reads the variable before it.
 */
__attribute__((constructor)) static void have_two_threads(void) {
    char const *asked = getenv("LEAN_NUM_THREADS");
    if (asked && (asked[0] == '0' || asked[0] == '1') && asked[1] == 0) setenv("LEAN_NUM_THREADS", "2", 1);
}

static lean_obj_res done(void) { return lean_io_result_mk_ok(lean_box(0)); }

static lean_obj_res failure(char const *what) {
    return lean_io_result_mk_error(lean_mk_io_user_error(lean_mk_string(what)));
}

/* @return 1 when all has been read, 0 at the end of the input or after an error */
static int read_all(uint8_t *into, size_t size) {
    while (size > 0) {
        long count = read(channel, into, size);
        if (count < 0 && *__errno_location() == interrupted) continue;
        if (count <= 0) return 0;
        into += count;
        size -= (size_t)count;
    }
    return 1;
}

static int send_all(uint8_t const *from, size_t size) {
    while (size > 0) {
        long count = send(channel, from, size, no_signal);
        if (count < 0 && *__errno_location() == interrupted) continue;
        if (count <= 0) return 0;
        from += count;
        size -= (size_t)count;
    }
    return 1;
}

static void write_all(int to, uint8_t const *from, size_t size) {
    while (size > 0) {
        long count = write(to, from, size);
        if (count < 0 && *__errno_location() == interrupted) continue;
        if (count <= 0) return;
        from += count;
        size -= (size_t)count;
    }
}

/*
 * Takes the channel over: a socket, so that nothing opens it by its path below /proc; kept from processes that this one
 * starts; and this process undumpable, so that others of the same user neither read its memory nor take its descriptors.
 * The peer's first bytes are the key, which every frame from here carries.
 */
LEAN_EXPORT lean_obj_res elaborator_open(uint32_t socket, uint32_t program_stdout, uint32_t program_stderr) {
    channel = (int)socket;
    program_output[0] = (int)program_stdout;
    program_output[1] = (int)program_stderr;
    if (prctl(set_dumpable, 0, 0, 0, 0) != 0) return failure("prctl");
    for (int i = 0; i < 2; i++) {
        elaboration_output[i] = fcntl(1 + i, dupfd_cloexec, 3);
        if (elaboration_output[i] < 0) return failure("fcntl");
        if (fcntl(program_output[i], setfd, cloexec) != 0) return failure("fcntl");
    }
    if (fcntl(channel, setfd, cloexec) != 0) return failure("fcntl");
    woken = eventfd(0, eventfd_cloexec);
    if (woken < 0) return failure("eventfd");
    if (!read_all(key, keyed)) return failure("the channel ended before its key");
    return done();
}

/* The next frame's payload; nothing when the channel has ended or cannot be read. */
LEAN_EXPORT lean_obj_res elaborator_receive(void) {
    uint8_t head[4];
    uint32_t size = 0;
    if (read_all(head, sizeof head))
        size = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 | (uint32_t)head[2] << 8 | head[3];
    if (size > most_in_a_frame) size = 0;
    lean_object *bytes = lean_alloc_sarray(1, size, size);
    if (!read_all(lean_sarray_cptr(bytes), size)) lean_to_sarray(bytes)->m_size = 0;
    return lean_io_result_mk_ok(bytes);
}

/* Waits until the channel has something to read (1), or until somebody calls `elaborator_wake` (0). */
LEAN_EXPORT lean_obj_res elaborator_await(void) {
    struct poll_entry entries[2] = {{channel, pollin, 0}, {woken, pollin, 0}};
    while (poll(entries, 2, -1) < 0 && *__errno_location() == interrupted) {}
    uint8_t count[8];
    if (entries[1].revents) {
        long ignored = read(woken, count, sizeof count);
        (void)ignored;
        return lean_io_result_mk_ok(lean_box(0));
    }
    return lean_io_result_mk_ok(lean_box(1));
}

LEAN_EXPORT lean_obj_res elaborator_wake(void) {
    uint64_t one = 1;
    write_all(woken, (uint8_t const *)&one, sizeof one);
    return done();
}

static void send_frame(uint8_t const *bytes, size_t size) {
    static uint8_t frame[1 << 16];
    size_t head = keyed + 4;
    size_t together = size < sizeof frame - head ? size : 0;
    for (size_t i = 0; i < keyed; i++) frame[i] = key[i];
    for (size_t i = 0; i < 4; i++) frame[keyed + i] = (uint8_t)(size >> (24 - 8 * i));
    for (size_t i = 0; i < together; i++) frame[head + i] = bytes[i];
    if (!send_all(frame, head + together) || !send_all(bytes + together, size - together)) _exit(125);
}

/*
 * Sends a frame; only one thread of ours ever does. Nobody can be told when that fails: whoever read the answers has gone,
 * and so goes this process.
 */
LEAN_EXPORT lean_obj_res elaborator_send(b_lean_obj_arg payload) {
    send_frame(lean_sarray_cptr(payload), lean_sarray_size(payload));
    return done();
}

/* What is sent when the process ends, with its exit code between. */
static struct { int process; char before[128], behind[128]; } last_words;

static void keep_text(char *kept, size_t room, b_lean_obj_arg text) {
    char const *from = lean_string_cstr(text);
    size_t size = 0;
    for (; from[size] && size + 1 < room; size++) kept[size] = from[size];
    kept[size] = 0;
}

/* Runs before anything of the process is torn down, which takes longer than many a program. */
static void say_last_words(int status, void *unused) {
    (void)unused;
    /* A child that cannot start its command exits with a copy of all this. */
    if (getpid() != last_words.process) return;
    fflush(NULL);
    uint8_t frame[sizeof last_words];
    size_t size = 0;
    for (char const *c = last_words.before; *c; c++) frame[size++] = (uint8_t)*c;
    unsigned code = (unsigned)status & 0xff;
    if (code >= 100) frame[size++] = (uint8_t)('0' + code / 100);
    if (code >= 10) frame[size++] = (uint8_t)('0' + code / 10 % 10);
    frame[size++] = (uint8_t)('0' + code % 10);
    for (char const *c = last_words.behind; *c; c++) frame[size++] = (uint8_t)*c;
    send_frame(frame, size);
}

/* Has the end of the process told on the channel as soon as it begins. */
LEAN_EXPORT lean_obj_res elaborator_tell_exit(b_lean_obj_arg before, b_lean_obj_arg behind) {
    keep_text(last_words.before, sizeof last_words.before, before);
    keep_text(last_words.behind, sizeof last_words.behind, behind);
    last_words.process = getpid();
    if (on_exit(say_last_words, NULL)) return failure("on_exit");
    return done();
}

/* Keeps an object for good: freeing it takes longer than many a program. */
LEAN_EXPORT lean_obj_res elaborator_keep(lean_obj_arg object) {
    (void)object;
    return done();
}

/* Gives back to the system what the allocators of Lean and of C hold ready: a process may wait long for its next request. */
LEAN_EXPORT lean_obj_res elaborator_trim(void) {
    if (mi_collect != NULL) mi_collect(1);
    if (malloc_trim != NULL) malloc_trim(0);
    return done();
}

/* Gives the program that is about to run its input, and puts its own descriptors in the place of the elaboration's. */
LEAN_EXPORT lean_obj_res elaborator_begin_program(b_lean_obj_arg input) {
    fflush(NULL);
    int file = (int)syscall(memfd_create_number, "stdin", memfd_cloexec);
    if (file < 0) return failure("memfd_create");
    write_all(file, lean_sarray_cptr(input), lean_sarray_size(input));
    lseek(file, 0, 0);
    dup2(file, 0);
    close(file);
    __fpurge(stdin);
    clearerr(stdin);
    for (int i = 0; i < 2; i++) dup2(program_output[i], 1 + i);
    return done();
}

/* Puts the elaboration's descriptors back. What the program left in buffers is written to its own first. */
LEAN_EXPORT lean_obj_res elaborator_end_program(void) {
    fflush(NULL);
    for (int i = 0; i < 2; i++) dup2(elaboration_output[i], 1 + i);
    return done();
}

/* Writes to descriptor 2, where Lean itself writes what it has to say of a program, whatever the program set. */
LEAN_EXPORT lean_obj_res elaborator_complain(b_lean_obj_arg text) {
    fflush(NULL);
    write_all(2, (uint8_t const *)lean_string_cstr(text), lean_string_size(text) - 1);
    return done();
}
