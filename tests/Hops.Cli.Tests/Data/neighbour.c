/*
 * A hostile member of the group: does with the shared filter all that it can think of.
 *
 *   neighbour try FOLDER                    tries once what is forbidden; prints what the kernel said to each
 *   neighbour attack FOLDER PORT SECONDS    goes at the filter and its slots without a pause, and connects to 127.0.0.1:PORT
 *   neighbour sweep FOLDER                  runs the filter on packets of its own, once for each slot and more
 *   neighbour bind FOLDER                   opens the slots, reads another folder from standard input, and binds the slots to the filter there
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 65536
#define BPF(command, ...) ({ union bpf_attr attr = { 0 }; __VA_ARGS__; syscall(__NR_bpf, command, &attr, sizeof attr); })
#define TRY(name, call) printf("%s %s\n", name, (errno = 0, (long)(call)) < 0 ? strerrorname_np(errno) : "OK")

static uint64_t pointer(const void *p) { return (uintptr_t)p; }

static char *path(const char *folder, const char *name)
{
    char *text;
    return asprintf(&text, "%s/%s", folder, name) < 0 ? NULL : text;
}

static int open_pin(const char *folder, const char *name, int flags)
{
    int pin = BPF(BPF_OBJ_GET, attr.pathname = pointer(path(folder, name)); attr.file_flags = flags);
    if (pin < 0) {
        perror(name);
        exit(1);
    }
    return pin;
}

static long update(int slots)
{
    uint32_t key = 0;
    uint64_t value = ~0ull;
    return BPF(BPF_MAP_UPDATE_ELEM, attr.map_fd = slots; attr.key = pointer(&key); attr.value = pointer(&value));
}

static long run(int filter, int version, int repeat)
{
    /* Ethernet, IP with a TTL of 77, TCP with SYN and ACK. */
    unsigned char packet[14 + 40 + 20] = { 0 };
    int ip = version == 4 ? 20 : 40;
    packet[12] = version == 4 ? 0x08 : 0x86;
    packet[13] = version == 4 ? 0x00 : 0xdd;
    packet[14] = version == 4 ? 0x45 : 0x60;
    packet[14 + (version == 4 ? 8 : 7)] = 77;
    packet[14 + (version == 4 ? 9 : 6)] = IPPROTO_TCP;
    packet[14 + ip + 13] = 0x12;
    return BPF(BPF_PROG_TEST_RUN, attr.test.prog_fd = filter; attr.test.data_in = pointer(packet); attr.test.data_size_in = 14 + ip + 20; attr.test.repeat = repeat);
}

static void try_all(const char *folder)
{
    int filter = open_pin(folder, "filter", BPF_F_RDONLY);
    int slots = open_pin(folder, "slots", 0);
    char *pin = path(folder, "filter"), *other = path(folder, "slots"), *mine = path(folder, "mine"), *current = path(folder, "../current");
    uint32_t key = 0;
    uint64_t value = ~0ull;
    struct bpf_insn nothing[] = { { .code = 0xb7 }, { .code = 0x95 } };
    void *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, slots, 0);

    TRY("update", update(slots));
    TRY("update-batch", BPF(BPF_MAP_UPDATE_BATCH, attr.batch.map_fd = slots; attr.batch.keys = pointer(&key); attr.batch.values = pointer(&value); attr.batch.count = 1));
    TRY("delete", BPF(BPF_MAP_DELETE_ELEM, attr.map_fd = slots; attr.key = pointer(&key)));
    TRY("map-writable", mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, slots, 0));
    TRY("make-writable", mprotect(memory, 4096, PROT_READ | PROT_WRITE));
    TRY("open-filter-for-writing", BPF(BPF_OBJ_GET, attr.pathname = pointer(pin)));
    TRY("make-map", BPF(BPF_MAP_CREATE, attr.map_type = BPF_MAP_TYPE_ARRAY; attr.key_size = 4; attr.value_size = 8; attr.max_entries = 1));
    TRY("load-program", BPF(BPF_PROG_LOAD, attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER; attr.insns = pointer(nothing); attr.insn_cnt = 2; attr.license = pointer("MIT")));
    TRY("pin", BPF(BPF_OBJ_PIN, attr.pathname = pointer(mine); attr.bpf_fd = slots));
    TRY("unlink", unlink(pin));
    TRY("replace", rename(other, pin));
    TRY("mkdir", mkdir(mine, 0755));
    TRY("symlink", symlink("/tmp", mine));
    TRY("link", link(pin, mine));
    TRY("chmod", chmod(other, 0666));
    TRY("chown", chown(other, getuid(), -1));
    TRY("unlink-current", unlink(current));
    TRY("rename-current", rename(current, path(folder, "../next")));
    TRY("rmdir", rmdir(folder));
    TRY("unmount", umount2("/run/hops/bpf", MNT_DETACH));
    TRY("lock", open("/run/hops/lock", O_RDWR));
    TRY("touch-filter", utimensat(AT_FDCWD, pin, NULL, 0));
    TRY("raw-socket", socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
    TRY("packet-socket", socket(AF_PACKET, SOCK_RAW, 0));
    /* Allowed: slots that may be mapped may be written to, as far as the file system knows. */
    TRY("touch-slots", utimensat(AT_FDCWD, other, NULL, 0));
    close(filter);
}

static int used(const uint64_t *memory)
{
    int count = 0;
    for (int i = 0; i < SLOTS; i++)
        count += memory[i] != 0;
    return count;
}

static void attack(const char *folder, int port, int seconds)
{
    static const int kinds[][2] = { { AF_INET, SOCK_DGRAM }, { AF_INET6, SOCK_DGRAM }, { AF_UNIX, SOCK_DGRAM }, { AF_UNIX, SOCK_STREAM }, { AF_UNIX, SOCK_SEQPACKET } };
    int filter = open_pin(folder, "filter", BPF_F_RDONLY);
    int slots = open_pin(folder, "slots", 0);
    const uint64_t *memory = mmap(NULL, SLOTS * 8, PROT_READ, MAP_SHARED, slots, 0);
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct linger reset = { 1, 0 };
    unsigned char message[64];
    uint64_t cookie;
    socklen_t length;
    long rounds = 0, received = 0, connected = 0;
    /* Wherever the filter looks for the flags of TCP, there are those of a SYN+ACK. */
    memset(message, 0x12, sizeof message);
    printf("attacking\n");
    fflush(stdout);
    for (time_t end = time(NULL) + seconds; time(NULL) < end; rounds++) {
        run(filter, 4, 1000);
        run(filter, 6, 1000);
        update(slots);
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, slots, 0);
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            int pair[2] = { -1, -1 };
            if (kinds[i][0] == AF_UNIX) {
                socketpair(AF_UNIX, kinds[i][1], 0, pair);
            } else {
                struct sockaddr_storage address = { .ss_family = kinds[i][0] };
                length = kinds[i][0] == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
                pair[0] = socket(kinds[i][0], kinds[i][1], 0);
                bind(pair[0], (void *)&address, length);
                getsockname(pair[0], (void *)&address, &length);
                connect(pair[0], (void *)&address, length);
                pair[1] = dup(pair[0]);
            }
            setsockopt(pair[0], SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof filter);
            setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof filter);
            send(pair[1], message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL);
            received += recv(pair[0], message, sizeof message, MSG_DONTWAIT) > 0;
            close(pair[0]);
            close(pair[1]);
        }
        /* Uses cookies up, so that those of others come round to the same slots sooner. */
        for (int i = 0; i < 2000; i++) {
            int s = socket(AF_INET, SOCK_STREAM, 0);
            length = sizeof cookie;
            getsockopt(s, SOL_SOCKET, SO_COOKIE, &cookie, &length);
            if (i % 100 == 0) {
                setsockopt(s, SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof filter);
                connected += connect(s, (void *)&server, sizeof server) == 0;
                setsockopt(s, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            }
            close(s);
        }
    }
    printf("rounds %ld received %ld connected %ld used %d\n", rounds, received, connected, used(memory));
}

static void sweep(const char *folder)
{
    int filter = open_pin(folder, "filter", BPF_F_RDONLY);
    const uint64_t *memory = mmap(NULL, SLOTS * 8, PROT_READ, MAP_SHARED, open_pin(folder, "slots", 0), 0);
    int before = used(memory);
    long done = 0;
    /* Each run is of another socket. */
    for (int i = 0; i < 2 * SLOTS; i++)
        done += run(filter, i % 2 ? 4 : 6, 1) == 0;
    printf("done %ld before %d after %d\n", done, before, used(memory));
}

int main(int count, char **arguments)
{
    const char *verb = count > 2 ? arguments[1] : "";
    char line[512];
    if (!strcmp(verb, "try")) {
        try_all(arguments[2]);
    } else if (!strcmp(verb, "sweep")) {
        sweep(arguments[2]);
    } else if (!strcmp(verb, "attack") && count == 5) {
        attack(arguments[2], atoi(arguments[3]), atoi(arguments[4]));
    } else if (!strcmp(verb, "bind")) {
        int slots = open_pin(arguments[2], "slots", 0);
        printf("opened\n");
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin))
            return 1;
        line[strcspn(line, "\n")] = 0;
        int filter = open_pin(line, "filter", BPF_F_RDONLY);
        TRY("bind", BPF(BPF_PROG_BIND_MAP, attr.prog_bind_map.prog_fd = filter; attr.prog_bind_map.map_fd = slots));
    } else {
        return 2;
    }
    return 0;
}
