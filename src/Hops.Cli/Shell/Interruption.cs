using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hops.Cli.Shell;

/// <summary>
/// Ctrl-C and SIGTERM: the first one asks the run to end in good order, a second one ends the process at once. One that comes together with the first is the
/// same: timeout(1), for one, sends a signal to its child, and to the group that this is in.
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

    /// <summary>The exit status that the signal calls for, or null when there was none.</summary>
    public ExitStatus? Status => Volatile.Read(ref _status) is var status and not 0 ? (ExitStatus)status : null;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        // The source stays: a handler may be running still.
    }

    private void OnSignal(PosixSignalContext context, ExitStatus status)
    {
        Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
        context.Cancel = Interlocked.CompareExchange(ref _status, (int)status, 0) == 0
            || Stopwatch.GetElapsedTime(Volatile.Read(ref _first)) < Together;
        _source.Cancel();
    }
}
