namespace Ebpf;

/// <summary>The kernel refused an eBPF operation. The message says what was tried, what to do, and what the kernel said.</summary>
public class BpfException : Exception
{
    /// <summary>Describes a refusal.</summary>
    /// <param name="operation">The call that failed, as the manual pages name it, such as <c>bpf(BPF_MAP_CREATE)</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="message">What was tried and what to do now. The operation and the error's name are appended.</param>
    public BpfException(string operation, Errno errno, string message)
        : base($"{message} ({operation}: {NameOf(errno)})")
    {
        Operation = operation;
        Errno = errno;
    }

    /// <summary>The call that failed, such as <c>bpf(BPF_PROG_LOAD)</c>.</summary>
    public string Operation { get; }

    /// <summary>What the kernel answered.</summary>
    public Errno Errno { get; }

    private static string NameOf(Errno errno) => Enum.IsDefined(errno) ? errno.ToString() : $"errno {(int)errno}";
}
