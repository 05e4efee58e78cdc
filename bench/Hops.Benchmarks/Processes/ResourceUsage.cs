using System.Runtime.InteropServices;

namespace Hops.Benchmarks.Processes;

/// <summary><c>struct rusage</c> of 64-bit Linux (getrusage(2)), as far as it is read.</summary>
[StructLayout(LayoutKind.Sequential, Size = 144)]
internal struct ResourceUsage
{
    private readonly long _userSeconds;
    private readonly long _userMicroseconds;
    private readonly long _systemSeconds;
    private readonly long _systemMicroseconds;

    public readonly TimeSpan ProcessorTime =>
        TimeSpan.FromSeconds(_userSeconds + _systemSeconds) + TimeSpan.FromMicroseconds(_userMicroseconds + _systemMicroseconds);
}
