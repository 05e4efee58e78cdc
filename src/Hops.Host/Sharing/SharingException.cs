using Ebpf;
using Hops.Filters;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>The exception that is thrown when a filter cannot be shared, or its sharing not be ended. The message says why.</summary>
public sealed class SharingException : Exception
{
    private SharingException(SharingOperation operation, string reason, HopRemedy remedy, Exception? innerException = null)
        : base(reason, innerException)
    {
        Operation = operation;
        Remedy = remedy;
    }

    /// <summary>Gets the operation that failed.</summary>
    public SharingOperation Operation { get; }

    /// <summary>Gets what to do about it.</summary>
    public HopRemedy Remedy { get; }

    internal static SharingException NeedsRoot(SharingOperation operation) =>
        new(operation, $"{Subject(operation)} needs root", new(HopRemedyKind.RunAsRoot, operation.ToString().ToLowerInvariant()));

    /// <param name="operation">What was tried.</param>
    /// <param name="cause">Why it failed.</param>
    internal static SharingException Of(SharingOperation operation, Exception cause)
    {
        (string reason, HopRemedy remedy) = cause switch
        {
            SharingRefusedException refused => (refused.Message, refused.Remedy),
            // The message says which right is missing, and how a process gets it.
            BpfException => FilterKernel.Explain($"{Subject(operation)} failed: {cause.Message}", new(HopRemedyKind.RunWhereBpfIsAllowed)),
            _ => ($"{Subject(operation)} failed: {cause.Message}", new(HopRemedyKind.InspectFolder, SharedPaths.OfHost.Root)),
        };
        return new(operation, reason, remedy, cause is SharingRefusedException ? cause.InnerException : cause);
    }

    private static string Subject(SharingOperation operation) => operation switch
    {
        SharingOperation.Enable => "enabling a shared filter",
        SharingOperation.Disable => "disabling a shared filter",
        _ => "serving a shared filter",
    };
}
