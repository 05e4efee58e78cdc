using Ebpf;
using Hops.Sources;

namespace Hops.Sharing;

/// <summary>Sharing a filter, or ending that, was refused. The message says why.</summary>
public sealed class SharingException : Exception
{
    internal SharingException(string reason, string remedy, Exception? innerException = null)
        : base(reason, innerException) => Remedy = remedy;

    /// <param name="attempt">What was tried, as the subject of a sentence.</param>
    /// <param name="cause">What stopped it.</param>
    internal static SharingException Of(string attempt, Exception cause)
    {
        (string reason, string remedy) = cause switch
        {
            SharingRefusedException refused => (refused.Message, refused.Remedy),
            // The message says which right is missing, and how a process gets it.
            BpfException => FilterKernel.Explain($"{attempt} failed: {cause.Message}", "run it as root of the host; in a container with CAP_BPF, by a seccomp profile that allows bpf(2)"),
            _ => ($"{attempt} failed: {cause.Message}", $"see what is in the way: sudo find {SharedPaths.OfHost.Root} -ls"),
        };
        return new SharingException(reason, remedy, cause is SharingRefusedException ? cause.InnerException : cause);
    }

    /// <summary>What to do: a command, or a sentence without its full stop.</summary>
    public string Remedy { get; }
}
