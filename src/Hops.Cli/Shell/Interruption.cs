using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hops.Cli.Shell;

/// <summary>
/// Handles Ctrl-C and SIGTERM: the first signal cancels the run, a second one ends the process at once. A signal that arrives together with the first
/// counts as the same: timeout(1), for example, sends a signal to its child, and to the process group of the child.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long _first;
    private int _status;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, ExitStatus.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, ExitStatus.Terminated)),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>Gets the exit status of the signal, or null if there was none.</summary>
    public ExitStatus? Status => Volatile.Read(ref _status) is var status and not 0 ? (ExitStatus)status : null;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        // The source is not disposed, because a handler may still be running.
    }

    private void OnSignal(PosixSignalContext context, ExitStatus status)
    {
        Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
        context.Cancel = Interlocked.CompareExchange(ref _status, (int)status, 0) == 0
            || Stopwatch.GetElapsedTime(Volatile.Read(ref _first)) < Together;
        _source.Cancel();
    }
}
