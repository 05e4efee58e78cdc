using System.Diagnostics;
using Hops.TestSupport;

namespace Hops.Host.Tests.Sharing;

/// <summary>
/// A member of the group whose program was loaded while everyone might load eBPF: a C process that loads it with CAP_BPF, which stands for that, gives the
/// capability up, and only then reads what to do. It runs as user 65533, in the group 65534.
/// </summary>
internal sealed class ForeignWriter : IDisposable
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <linux/bpf.h>
        #include <linux/capability.h>
        #include <stdint.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        #define BPF(command, ...) ({ union bpf_attr attr = { 0 }; __VA_ARGS__; (int)syscall(__NR_bpf, command, &attr, sizeof attr); })
        #define INSN(c, d, s, o, i) { .code = c, .dst_reg = d, .src_reg = s, .off = o, .imm = i }

        static uint64_t pointer(const void *p) { return (uintptr_t)p; }

        static int make(int type, int value_size, int entries, int flags, int inner)
        {
            return BPF(BPF_MAP_CREATE, attr.map_type = type; attr.key_size = 4; attr.value_size = value_size; attr.max_entries = entries;
                attr.map_flags = flags; attr.inner_map_fd = inner);
        }

        int main(void)
        {
            static char line[4096], log[65536];
            int like_slots = make(BPF_MAP_TYPE_ARRAY, 8, 65536, BPF_F_MMAPABLE, 0);
            int outer = make(BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 0, like_slots);
            /* Writes 0x2a to the first slot of the map in the first entry. */
            struct bpf_insn code[] = {
                INSN(0x62, 10, 0, -4, 0),                    /* *(u32 *)(r10 - 4) = 0 */
                INSN(0x18, 1, BPF_PSEUDO_MAP_FD, 0, outer), INSN(0, 0, 0, 0, 0),
                INSN(0xbf, 2, 10, 0, 0), INSN(0x07, 2, 0, 0, -4),
                INSN(0x85, 0, 0, 0, BPF_FUNC_map_lookup_elem),
                INSN(0x15, 0, 0, 6, 0),                      /* if r0 == 0 goto end */
                INSN(0xbf, 1, 0, 0, 0),
                INSN(0xbf, 2, 10, 0, 0), INSN(0x07, 2, 0, 0, -4),
                INSN(0x85, 0, 0, 0, BPF_FUNC_map_lookup_elem),
                INSN(0x15, 0, 0, 1, 0),
                INSN(0x7a, 0, 0, 0, 0x2a),                   /* *(u64 *)(r0 + 0) = 0x2a */
                INSN(0xb7, 0, 0, 0, 0),
                INSN(0x95, 0, 0, 0, 0),
            };
            int program = BPF(BPF_PROG_LOAD, attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
                attr.insns = pointer(code); attr.insn_cnt = sizeof code / sizeof *code;
                attr.license = pointer("MIT"); strcpy(attr.prog_name, "foreign"); attr.log_level = 1; attr.log_buf = pointer(log); attr.log_size = sizeof log);
            if (program < 0) {
                printf("%s\n%s\n", strerror(errno), log);
                return 1;
            }
            struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
            struct __user_cap_data_struct none[2] = { { 0 } };
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
            if (syscall(SYS_capset, &header, none))
                return 1;
            if (make(BPF_MAP_TYPE_ARRAY, 8, 1, 0, 0) >= 0 || errno != EPERM)
                return 1;
            printf("loaded\n");
            fflush(stdout);
            while (fgets(line, sizeof line, stdin)) {
                unsigned char packet[64] = { 0 };
                uint32_t first = 0;
                line[strcspn(line, "\n")] = 0;
                int slots = BPF(BPF_OBJ_GET, attr.pathname = pointer(line));
                uint64_t *memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, slots, 0);
                if (memory == MAP_FAILED) {
                    printf("%s\n", strerror(errno));
                    return 1;
                }
                int put = BPF(BPF_MAP_UPDATE_ELEM, attr.map_fd = outer; attr.key = pointer(&first); attr.value = pointer(&slots));
                int error = errno;
                BPF(BPF_PROG_TEST_RUN, attr.test.prog_fd = program; attr.test.data_in = pointer(packet); attr.test.data_size_in = sizeof packet;
                    attr.test.repeat = 1);
                printf("put %d, first slot %#lx\n", put < 0 ? error : 0, memory[0]);
                fflush(stdout);
            }
            return 0;
        }
        """;

    private readonly string _folder;
    private readonly Process _process;

    private ForeignWriter(string folder, Process process)
    {
        _folder = folder;
        _process = process;
    }

    public static ForeignWriter Start()
    {
        string folder = Directory.CreateTempSubdirectory("foreign-writer-").FullName;
        string program = Path.Combine(folder, "foreign-writer");
        CCompiler.Build(Source, program);
        Command.Run("chmod", "a+rx", folder);
        string[] member = ["--reuid", "65533", "--regid", "65533", "--groups", "65534", "--inh-caps", "-all,+bpf", "--ambient-caps", "-all,+bpf", "--"];
        Process process = Process.Start(new ProcessStartInfo(Requires.Program("util-linux", "setpriv"), [.. member, program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        ForeignWriter writer = new(folder, process);
        if (writer.Answer() is var answer and not "loaded")
        {
            writer.Dispose();
            Assert.Fail($"The program was not loaded: {answer}");
        }

        return writer;
    }

    /// <summary>Puts pinned slots into its map of maps, and runs its program.</summary>
    /// <returns><c>put 0, first slot 0x2a</c>: the error number of the first, and what the slot holds then.</returns>
    public string WriteTo(string slots)
    {
        _process.StandardInput.WriteLine(slots);
        return Answer();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.StandardOutput.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Answer() => _process.StandardOutput.ReadLine() ?? "(it has ended)";
}
