using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// A process that this one starts and waits for, without the handlers of signals, and the threads, that .NET's own has: also in a process namespace of its own.
/// </summary>
public sealed unsafe class ChildProcess
{
    // posix_spawn_file_actions_t: 80 bytes in glibc and musl.
    private const int RoomForActions = 256;

    // wait(2): how a process ended, the number of the signal in the lower seven bits.
    private const int SignalMask = 0x7f;
    private const int StoppedBySignal = 128;

    private ChildProcess(int id) => Id = id;

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>Starts a program; it inherits what is not closed by execve(2).</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="arguments">Its words, the first of which is its name.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="descriptors">What it gets in the place of other descriptors.</param>
    /// <exception cref="ConfinementException">It could not be started.</exception>
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

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit status; 128 and the signal's number where one ended it, as shells have it.</returns>
    public int Wait() => WaitFor(Id);

    /// <summary>Waits for its end as the first process of a namespace does, whose children all that have lost their parents become.</summary>
    /// <returns>As <see cref="Wait"/>.</returns>
    public int WaitAndReap() => WaitFor(LibC.AnyChild);

    /// <summary>Sends it a signal. Does nothing where it has ended.</summary>
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
