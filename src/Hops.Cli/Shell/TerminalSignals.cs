using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Hops.Common.Interop;

namespace Hops.Cli.Shell;

/// <summary>
/// Restores the terminal if a signal ends or stops the program: a second Ctrl-C or SIGTERM, SIGHUP, Ctrl-\ and Ctrl-Z. Draws again when the program
/// continues.
/// </summary>
internal sealed class TerminalSignals : IDisposable
{
    private readonly Action _giveBack;
    private readonly Action _takeAgain;
    private readonly PosixSignalRegistration[] _registrations;
    private PosixSignalRegistration? _stop;
    private int _ends;

    /// <param name="giveBack">Restores the terminal.</param>
    /// <param name="takeAgain">Draws again.</param>
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

    /// <summary>Handles a signal that ends the program: the first one cancels the run, the second one ends the process at once.</summary>
    private void OnEnd(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _ends) > 1)
        {
            _giveBack();
        }
    }

    /// <summary>
    /// Stops the program. While .NET handles the signal, only the kernel can stop it, and does not if no shell could continue it (setpgid(2)).
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
