using System.Runtime.InteropServices;

namespace Hops.Cli.Watching.Top;

/// <summary>
/// Gives the terminal back where a signal ends or stops the program before it can: a second Ctrl-C or SIGTERM, Ctrl-\ and Ctrl-Z. Takes it again when the
/// program goes on.
/// </summary>
internal sealed class TopSignals : IDisposable
{
    private readonly Action _giveBack;
    private readonly PosixSignalRegistration[] _registrations;
    private int _ends;

    /// <param name="giveBack">Writes what leaves the terminal as it was.</param>
    /// <param name="takeAgain">Draws anew.</param>
    public TopSignals(Action giveBack, Action takeAgain)
    {
        _giveBack = giveBack;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnEnd),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnEnd),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => giveBack()),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, _ => giveBack()),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => takeAgain()),
        ];
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>The first one ends the program in good order; after the second one nothing runs any more.</summary>
    private void OnEnd(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _ends) > 1)
        {
            _giveBack();
        }
    }
}
