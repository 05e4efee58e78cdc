using System.Runtime.InteropServices;
using Hops.Common.Interop;
using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>
/// Passes signals on to the guarded program, which decides how to react. Signals of the keyboard go to all processes in the foreground, so the program
/// already has them, and must not get them twice.
/// </summary>
internal sealed class SignalRelay : IDisposable
{
    private const string Terminal = "/dev/tty";

    // .NET has no names for SIGUSR1 and SIGUSR2.
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

    /// <summary>Starts to pass signals on, including those that have arrived until now.</summary>
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
