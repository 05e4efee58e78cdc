using Ebpf.Explanation;
using Ebpf.SystemCalls;

namespace Ebpf;

/// <summary>The kernel refused an eBPF operation. The message says what was tried, what to do, and what the kernel said.</summary>
public class BpfException : Exception
{
    private readonly Refusal? _refusal;
    private readonly string? _message;

    /// <summary>Describes a refusal whose reason the caller knows.</summary>
    /// <param name="operation">The call that failed, as the manual pages name it, such as <c>setsockopt(SO_ATTACH_BPF)</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="message">What was tried and what to do now. The operation and the error's name are appended.</param>
    public BpfException(string operation, Errno errno, string message)
    {
        Operation = operation;
        Errno = errno;
        _message = message;
    }

    /// <summary>Describes a refusal that the message explains from the facts: the kernel's age, the rights of this thread.</summary>
    /// <param name="command">What was asked of <c>bpf(2)</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="attempt">What was tried, as the subject of a sentence: <c>Creating the map 'slots'</c>.</param>
    /// <param name="needed">What it takes besides the command.</param>
    internal BpfException(BpfCommand command, Errno errno, string attempt, Requirement needed = default)
    {
        Operation = CommandFacts.Of(command).Call;
        Errno = errno;
        _refusal = Refusal.Now(command, errno, attempt, needed);
    }

    /// <summary>Describes a refusal of <c>bpf(2)</c> whose reason the caller may know.</summary>
    /// <param name="command">What was asked of <c>bpf(2)</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="attempt">What was tried, as the subject of a sentence.</param>
    /// <param name="reason">The rest of the sentence, after <c>failed:</c>; null to explain it from the facts.</param>
    internal BpfException(BpfCommand command, Errno errno, string attempt, string? reason)
        : this(command, errno, attempt)
    {
        if (reason is not null)
        {
            _message = $"{attempt} failed: {reason}";
        }
    }

    /// <summary>The call that failed, such as <c>bpf(BPF_PROG_LOAD)</c>.</summary>
    public string Operation { get; }

    /// <summary>What the kernel answered.</summary>
    public Errno Errno { get; }

    /// <summary>
    /// Whether it is known that the kernel does not have what was asked for: it is older than that, or was built without <c>bpf(2)</c>. False also where
    /// another reason is as likely.
    /// </summary>
    public bool IsNotSupported => Errno is Errno.ENOSYS || _refusal?.MissingSince is not null;

    /// <inheritdoc/>
    public override string Message => $"{Describe()} ({Operation}: {NameOf(Errno)})";

    private protected virtual string Describe() => _message ?? _refusal!.ToString();

    private static string NameOf(Errno errno) => Enum.IsDefined(errno) ? errno.ToString() : $"errno {(int)errno}";
}
