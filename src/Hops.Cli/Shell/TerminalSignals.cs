using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Hops.Common.Interop;

namespace Hops.Cli.Shell;

/// <summary>
/// Gives the terminal back where a signal ends or stops the program before it can: a second Ctrl-C or SIGTERM, SIGHUP, Ctrl-\ and Ctrl-Z. Takes it again when
/// the program goes on.
/// </summary>
internal sealed class TerminalSignals : IDisposable
{
    private readonly Action _giveBack;
    private readonly Action _takeAgain;
    private readonly PosixSignalRegistration[] _registrations;
    private PosixSignalRegistration? _stop;
    private int _ends;

    /// <param name="giveBack">Writes what leaves the terminal as it was.</param>
    /// <param name="takeAgain">Draws anew.</param>
    public TerminalSignals(Action giveBack, Action takeAgain)
    {
        _giveBack = giveBack;
        _takeAgain = takeAgain;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnEnd),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnEnd),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => giveBack()),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => giveBack()),
        ];
        if (!OperatingSystem.IsWindows())
        {
            _stop = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, OnStop);
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop?.Dispose();
    }

    /// <summary>The first one ends the program in good order; after the second one nothing runs any more.</summary>
    private void OnEnd(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _ends) > 1)
        {
            _giveBack();
        }
    }

    /// <summary>
    /// Where .NET handles this signal, nothing stops the program: only the kernel does, and not where no shell could continue it (setpgid(2)).
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        _giveBack();
        _stop?.Dispose();
        _ = LibC.Raise(LibC.TerminalStop);
        _stop = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, OnStop);
        _takeAgain();
    }
}
