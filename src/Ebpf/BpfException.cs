using Ebpf.Explanation;
using Ebpf.SystemCalls;

namespace Ebpf;

/// <summary>The exception that is thrown when the kernel refuses an eBPF operation. The message names the operation, the reason and the remedy.</summary>
public class BpfException : Exception
{
    private readonly Refusal? _refusal;
    private readonly string? _message;

    /// <summary>Initializes a new instance for a refusal whose reason the caller knows.</summary>
    /// <param name="operation">The call that failed, as the manual pages name it, such as <c>setsockopt(SO_ATTACH_BPF)</c>.</param>
    /// <param name="errno">The error that the kernel returned.</param>
    /// <param name="message">The operation that was tried, and the remedy. The call and the error's name are appended.</param>
    public BpfException(string operation, Errno errno, string message)
    {
        Operation = operation;
        Errno = errno;
        _message = message;
    }

    /// <summary>Initializes a new instance whose message is derived from the kernel's version and the capabilities of this thread.</summary>
    /// <param name="command">The command of <c>bpf(2)</c>.</param>
    /// <param name="errno">The error that the kernel returned.</param>
    /// <param name="attempt">The operation that was tried, as the subject of a sentence: <c>Creating the map 'slots'</c>.</param>
    /// <param name="needed">The requirements besides those of the command.</param>
    internal BpfException(BpfCommand command, Errno errno, string attempt, Requirement needed = default)
    {
        Operation = CommandFacts.Of(command).Call;
        Errno = errno;
        _refusal = Refusal.Now(command, errno, attempt, needed);
    }

    /// <summary>Initializes a new instance for a refusal of <c>bpf(2)</c> whose reason the caller may know.</summary>
    /// <param name="command">The command of <c>bpf(2)</c>.</param>
    /// <param name="errno">The error that the kernel returned.</param>
    /// <param name="attempt">The operation that was tried, as the subject of a sentence.</param>
    /// <param name="reason">
    /// The rest of the sentence, after <c>failed:</c>; null to derive it from the kernel's version and the capabilities of this thread.
    /// </param>
    internal BpfException(BpfCommand command, Errno errno, string attempt, string? reason)
        : this(command, errno, attempt)
    {
        if (reason is not null)
        {
            _message = $"{attempt} failed: {reason}";
        }
    }

    /// <summary>Gets the system call that failed, such as <c>bpf(BPF_PROG_LOAD)</c>.</summary>
    public string Operation { get; }

    /// <summary>Gets the error that the kernel returned.</summary>
    public Errno Errno { get; }

    /// <summary>
    /// Gets a value indicating whether the kernel is known not to support the operation: it is too old, or was built without <c>bpf(2)</c>. False also if
    /// another reason is as likely.
    /// </summary>
    public bool IsNotSupported => Errno is Errno.ENOSYS || _refusal?.MissingSince is not null;

    /// <inheritdoc/>
    public override string Message => $"{Describe()} ({Operation}: {NameOf(Errno)})";

    private protected virtual string Describe() => _message ?? _refusal!.ToString();

    private static string NameOf(Errno errno) => Enum.IsDefined(errno) ? errno.ToString() : $"errno {(int)errno}";
}
