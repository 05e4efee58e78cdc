using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// Represents a process that this one starts and waits for. Unlike <see cref="System.Diagnostics.Process"/> it needs no signal handlers and no threads, so it
/// also works in a new process namespace.
/// </summary>
public sealed unsafe class ChildProcess
{
    // posix_spawn_file_actions_t: 80 bytes in glibc and musl.
    private const int RoomForActions = 256;

    // wait(2): how a process ended, the number of the signal in the lower seven bits.
    private const int SignalMask = 0x7f;
    private const int StoppedBySignal = 128;

    private ChildProcess(int id) => Id = id;

    /// <summary>Gets the process ID.</summary>
    public int Id { get; }

    /// <summary>Starts a program. It inherits all descriptors without the close-on-exec flag.</summary>
    /// <param name="path">The absolute path of the program.</param>
    /// <param name="arguments">The arguments; the first is the name of the program.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="descriptors">Descriptors of this process, and the numbers that the program gets them under.</param>
    /// <exception cref="ConfinementException">The program could not be started.</exception>
    public static ChildProcess Start(
        string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<(int From, int To)> descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        byte* actions = stackalloc byte[RoomForActions];
        using NativeStrings words = new(arguments);
        using NativeStrings variables = NativeStrings.OfEnvironment(environment);
        int error = LibC.InitializeSpawnActions(actions);
        try
        {
            foreach ((int from, int to) in descriptors)
            {
                error = error != 0 ? error : LibC.AddSpawnDuplicate(actions, from, to);
            }

            int id = 0;
            error = error != 0 ? error : LibC.Spawn(&id, path, actions, null, words.Pointer, variables.Pointer);
            return error == 0 ? new(id) : throw ConfinementException.Of($"starting {path}", (Errno)error);
        }
        finally
        {
            _ = LibC.DestroySpawnActions(actions);
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    /// <returns>The exit status, or 128 plus the number of the signal that ended the process, as in shells.</returns>
    public int Wait() => WaitFor(Id);

    /// <summary>Waits until the process has ended, and reaps orphaned processes meanwhile, as the first process of a namespace must.</summary>
    /// <returns>As <see cref="Wait"/>.</returns>
    public int WaitAndReap() => WaitFor(LibC.AnyChild);

    /// <summary>Sends the process a signal. Does nothing if the process has ended.</summary>
    public void Signal(int signal) => LibC.SendSignal(Id, signal);

    private int WaitFor(int process)
    {
        while (true)
        {
            int status;
            int ended = LibC.WaitFor(process, &status, 0);
            if (ended == Id)
            {
                return (status & SignalMask) == 0 ? (status >> 8) & 0xff : StoppedBySignal + (status & SignalMask);
            }

            if (ended < 0 && LibC.LastError != Errno.EINTR)
            {
                throw ConfinementException.Of("waiting for the program", LibC.LastError);
            }
        }
    }
}
