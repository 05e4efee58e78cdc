namespace Hops.TestSupport;

/// <summary>
/// Starts programs that may not call <c>bpf(2)</c>, as a container's profile does: a C program that installs a seccomp filter and executes what follows it.
/// Every other system call works.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man2/seccomp.2.html"/>
internal sealed class SeccompLauncher : IDisposable
{
    // A process without CAP_SYS_ADMIN must set no_new_privs first; one with it does not, so that a following setpriv works.
    private const string Source = """
        #include <errno.h>
        #include <linux/bpf.h>
        #include <linux/filter.h>
        #include <linux/seccomp.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/prctl.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
            struct sock_filter code[] = {
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        #ifdef COMMAND
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_bpf, 0, 3),
                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, COMMAND, 0, 1),
        #else
                BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_bpf, 0, 1),
        #endif
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | REFUSAL),
                BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
            };
            struct sock_fprog program = { sizeof code / sizeof *code, code };
            if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)
                && (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))) {
                perror("prctl");
                return 126;
            }
            execvp(argv[1], argv + 1);
            perror(argv[1]);
            return 127;
        }
        """;

    private readonly string _folder;

    private SeccompLauncher(string folder) => _folder = folder;

    /// <summary>The word to put before a command. Anybody may execute it.</summary>
    public string Program => ProgramIn(_folder);

    /// <param name="errno">
    /// What <c>bpf(2)</c> answers, as C names it: <c>EPERM</c> as Docker's profile does, <c>ENOSYS</c> as sandboxes do that hide a system call.
    /// </param>
    /// <param name="command">The only command of <c>bpf(2)</c> that is refused, as C names it; null for all.</param>
    public static SeccompLauncher Refusing(string errno, string? command = null)
    {
        string folder = Directory.CreateTempSubdirectory("seccomp-").FullName;
        try
        {
            CCompiler.Build($"#define REFUSAL {errno}\n{(command is null ? "" : $"#define COMMAND {command}\n")}{Source}", ProgramIn(folder));
            Command.Run("chmod", "a+rx", folder);
            return new SeccompLauncher(folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string ProgramIn(string folder) => Path.Combine(folder, "refuse-bpf");
}
