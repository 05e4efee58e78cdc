/*
 * System calls that make connections which no program of a control group sees.
 *
 *   calls DEVICE TUNNEL   DEVICE is /dev/net/tun, TUNNEL a tunnel that this user may use
 *   calls terminal        types into its terminal
 */
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <net/if.h>

#ifndef TIOCLINUX
#define TIOCLINUX 0x541c
#endif

/* socket(2), called as programs of i386 do. */
static long foreign(void)
{
#ifdef __x86_64__
    long result;
    __asm__ volatile ("int $0x80" : "=a"(result) : "a"(359), "b"(AF_INET), "c"(SOCK_STREAM), "d"(0) : "memory", "r8", "r9", "r10", "r11");
    return result < 0 ? fail(-result) : result;
#else
    return raise(SIGSYS);
#endif
}

static long ring(void)
{
    struct io_uring_params parameters = { 0 };
    return syscall(SYS_io_uring_setup, 4, &parameters);
}

static long tunnel(const char *path, const char *name)
{
    struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
    int device = open(path, O_RDWR);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return device < 0 ? -1 : ioctl(device, TUNSETIFF, &request);
}

static long program(void)
{
    struct bpf_insn code[2] = { { .code = 0xb7 }, { .code = 0x95 } };
    union bpf_attr attributes = {
        .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = 2, .insns = (uintptr_t)code, .license = (uintptr_t)"GPL",
    };
    return syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "terminal") == 0) {
        int terminal = open("/dev/tty", O_RDWR);
        TRY("type", ioctl(terminal, TIOCSTI, "x"));
        /* Only the lower half of the number counts for the kernel. */
        TRY("type-otherwise", syscall(SYS_ioctl, terminal, 0x100000000 | TIOCSTI, "x"));
        TRY("paste", ioctl(terminal, TIOCLINUX, (char[]) { 3 }));
        return 0;
    }
    TRY("tcp", socket(AF_INET, SOCK_STREAM, 0));
    TRY("tcp6", socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
    TRY("udp", socket(AF_INET, SOCK_DGRAM, 0));
    TRY("route", socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
    TRY("unix", socket(AF_UNIX, SOCK_STREAM, 0));
    TRY("unix-pair", socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]) { 0 }));
    TRY("unix-packet-pair", socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, (int[2]) { 0 }));
    TRY("unix-datagram-pair", socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, (int[2]) { 0 }));
    TRY("unix-raw-pair", socketpair(AF_UNIX, SOCK_RAW, 0, (int[2]) { 0 }));
    TRY("raw", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
    TRY("raw6", socket(AF_INET6, SOCK_RAW, IPPROTO_RAW));
    TRY("ping", socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
    TRY("multipath", socket(AF_INET, SOCK_STREAM, 262));
    TRY("sctp", socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP));
    TRY("sctp-packets", socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP));
    TRY("dccp", socket(AF_INET, 6, 33));
    TRY("udp-lite", socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE));
    TRY("smc-protocol", socket(AF_INET, SOCK_STREAM, 256));
    TRY("l2tp", socket(AF_INET, SOCK_DGRAM, 115));
    TRY("packet", socket(AF_PACKET, SOCK_RAW, 0));
    TRY("packet-as-it-was", socket(AF_INET, SOCK_PACKET, 0));
    TRY("packet-in-an-own-network", become_root(CLONE_NEWNET) ? -1 : socket(AF_PACKET, SOCK_RAW, 0));
    TRY("packet-as-it-was-in-an-own-network", become_root(CLONE_NEWNET) ? -1 : socket(AF_INET, SOCK_PACKET, 0));
    TRY("xdp", socket(AF_XDP, SOCK_RAW, 0));
    TRY("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
    TRY("alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
    TRY("bluetooth", socket(AF_BLUETOOTH, SOCK_STREAM, 3));
    TRY("can", socket(AF_CAN, SOCK_RAW, 1));
    TRY("tipc", socket(AF_TIPC, SOCK_STREAM, 0));
    TRY("rds", socket(AF_RDS, SOCK_SEQPACKET, 0));
    TRY("kcm", socket(AF_KCM, SOCK_DGRAM, 0));
    TRY("smc", socket(AF_SMC, SOCK_STREAM, 0));
    TRY("rxrpc", socket(AF_RXRPC, SOCK_DGRAM, AF_INET));
    TRY("pppox", socket(AF_PPPOX, SOCK_STREAM, 0));
    TRY("qrtr", socket(AF_QIPCRTR, SOCK_DGRAM, 0));
    TRY("netlink-generic", socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC));
    TRY("netlink-diag", socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG));
    TRY("netlink-netfilter", socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
    TRY("family-of-64-bits", syscall(SYS_socket, 0x100000000 | AF_VSOCK, SOCK_STREAM, 0));
    TRY("inet-pair", socketpair(AF_INET, SOCK_STREAM, 0, (int[2]) { 0 }));
    TRY("tipc-pair", socketpair(AF_TIPC, SOCK_STREAM, 0, (int[2]) { 0 }));
    TRY("ring", ring());
    TRY("ring-enter", syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0));
    TRY("ring-register", syscall(SYS_io_uring_register, -1, 0, NULL, 0));
    TRY("foreign", foreign());
    TRY("x32", syscall(0x40000000 | SYS_getpid));
    TRY("load-program", program());
    TRY("request-key", syscall(SYS_request_key, "user", "hops-escape", "call-out", KEY_SPEC_PROCESS_KEYRING));
    TRY("add-key", syscall(SYS_add_key, "user", "hops-escape", "x", 1, KEY_SPEC_PROCESS_KEYRING));
    TRY("trace-children", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    TRY("mount", mount("none", "/mnt", "tmpfs", 0, NULL));
    TRY("new-root", chroot("/mnt"));
    if (argc == 3)
        TRY("tunnel", tunnel(argv[1], argv[2]));
    return 0;
}
