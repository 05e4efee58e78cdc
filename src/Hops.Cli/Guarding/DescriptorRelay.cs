using Ebpf;
using Hops.Cli.Shell;
using Hops.Common.Interop;
using Hops.Host.Confinement;

namespace Hops.Cli.Guarding;

/// <summary>
/// Replaces standard descriptors that are Unix stream sockets by pipes for the guarded program, and copies data between the two. A socket keeps the
/// cgroup of the process that made it, and can transfer other sockets.
/// </summary>
internal sealed unsafe class DescriptorRelay : IDisposable
{
    private const int Size = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<int> _childEnds = [];
    private readonly List<Thread> _outputs = [];

    private DescriptorRelay()
    {
    }

    /// <summary>Gets the descriptors that the program gets as its standard descriptors.</summary>
    public List<(int From, int To)> Descriptors { get; } = [];

    /// <summary>Starts to copy for those descriptors that need it.</summary>
    /// <exception cref="ConfinementException">The program must not inherit one of the descriptors.</exception>
    public static DescriptorRelay Start()
    {
        DescriptorRelay relay = new();
        for (int descriptor = 0; descriptor < StandardDescriptors.Count; descriptor++)
        {
            switch (StandardDescriptors.KindOf(descriptor))
            {
                case StandardDescriptorKind.Refused:
                    relay.Dispose();
                    throw new ConfinementException(
                        $"standard {NameOf(descriptor)} is a socket or something else that a guarded program must not inherit: "
                        + "use a file or a pipe ('| cat')");
                case StandardDescriptorKind.UnixStream:
                    relay.Add(descriptor);
                    break;
            }
        }

        return relay;
    }

    /// <summary>Closes this process's copies of the program's ends, once the program has them.</summary>
    public void Release()
    {
        _childEnds.ForEach(static end => LibC.Close(end));
        _childEnds.Clear();
    }

    /// <summary>Waits until the output of the program is copied.</summary>
    public void Dispose()
    {
        Release();
        _outputs.ForEach(static thread => thread.Join(Patience));
    }

    private static string NameOf(int descriptor) => descriptor switch
    {
        InheritedDescriptors.StandardInput => "input",
        InheritedDescriptors.StandardOutput => "output",
        _ => "error",
    };

    private void Add(int descriptor)
    {
        int* ends = stackalloc int[2];
        if (LibC.Pipe(ends, LibC.OpenCloseOnExec) != 0)
        {
            throw new ConfinementException($"making a pipe failed: {LibC.LastErrorMessage}");
        }

        bool isInput = descriptor == InheritedDescriptors.StandardInput;
        (int read, int write) = (ends[0], ends[1]);
        _childEnds.Add(isInput ? read : write);
        Descriptors.Add((isInput ? read : write, descriptor));
        Thread thread = new(() =>
        {
            Copy(isInput ? descriptor : read, isInput ? write : descriptor);
            _ = LibC.Close(isInput ? write : read);
        })
        { IsBackground = true, Name = "relay" };
        thread.Start();
        if (!isInput)
        {
            _outputs.Add(thread);
        }
    }

    /// <summary>Copies until one of the ends is closed.</summary>
    private static void Copy(int from, int to)
    {
        byte[] buffer = new byte[Size];
        fixed (byte* bytes = buffer)
        {
            nint count;
            while ((count = Repeat(from, LibC.PollIn, bytes, Size, isRead: true)) > 0)
            {
                for (nint done = 0; done < count;)
                {
                    nint written = Repeat(to, LibC.PollOut, bytes + done, count - done, isRead: false);
                    if (written < 0)
                    {
                        return;
                    }

                    done += written;
                }
            }
        }
    }

    /// <summary>Reads or writes, and waits also if the other end has made the descriptor non-blocking.</summary>
    private static nint Repeat(int descriptor, short awaited, byte* bytes, nint count, bool isRead)
    {
        while (true)
        {
            nint done = isRead ? LibC.Read(descriptor, bytes, count) : LibC.Write(descriptor, bytes, count);
            switch (done < 0 ? LibC.LastError : Errno.None)
            {
                case Errno.EAGAIN:
                    LibC.PollDescriptor poll = new() { Descriptor = descriptor, Events = awaited };
                    _ = LibC.Poll(&poll, 1, -1);
                    break;
                case Errno.EINTR:
                    break;
                default:
                    return done;
            }
        }
    }
}
