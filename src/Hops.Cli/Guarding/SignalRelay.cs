using System.Runtime.InteropServices;
using Hops.Common.Interop;
using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>
/// Passes signals on to the guarded program, and lets it decide what becomes of them. What the keyboard sends goes to all processes in the foreground, so the
/// program has it already, and should not get it twice.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private const string Terminal = "/dev/tty";

    // SIGUSR1 and SIGUSR2 have no names in .NET.
    private const int FirstOfUsers = 10;
    private const int SecondOfUsers = 12;

    private readonly int _terminal = LibC.Open(Terminal, LibC.OpenReadOnly | LibC.OpenCloseOnExec);
    private readonly List<int> _early = [];
    private readonly PosixSignalRegistration[] _registrations;
    private ChildProcess? _program;

    public SignalRelay() => _registrations =
    [
        Register(PosixSignal.SIGINT, LibC.Interrupt),
        Register(PosixSignal.SIGQUIT, LibC.Quit),
        Register(PosixSignal.SIGTERM, LibC.Terminate),
        Register(PosixSignal.SIGHUP, LibC.HangUp),
        Register((PosixSignal)FirstOfUsers, FirstOfUsers),
        Register((PosixSignal)SecondOfUsers, SecondOfUsers),
    ];

    /// <summary>Begins to pass on, with what has come until now.</summary>
    public void PassTo(ChildProcess program)
    {
        lock (_early)
        {
            _program = program;
            _early.ForEach(program.Signal);
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        if (_terminal >= 0)
        {
            _ = LibC.Close(_terminal);
        }
    }

    private PosixSignalRegistration Register(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        lock (_early)
        {
            if (_program is null)
            {
                _early.Add(number);
            }
            else if (!IsFromKeyboard(number))
            {
                _program.Signal(number);
            }
        }
    });

    private bool IsFromKeyboard(int signal) =>
        signal is LibC.Interrupt or LibC.Quit && _terminal >= 0 && LibC.ForegroundGroup(_terminal) == LibC.ProcessGroup();
}
