using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;
using Hops.Host.Sharing;
using Hops.Sharing;
using Hops.TestSupport;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Tests.Sharing;

/// <summary>Strangers send what takes long to close, and nothing else waits for that.</summary>
public sealed class SlowClosingTests
{
    // A finalizer would wait for what closes them.
    private static readonly List<Socket> Taken = [];

    [Fact]
    public async Task Nothing_on_the_pool_waits_for_what_takes_long_to_close()
    {
        Requires.Linux();
        // The pool would come by so many threads in minutes.
        const int Connections = 200;
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        string path = Path.Combine(Path.GetTempPath(), $"hops-closing-{Guid.NewGuid():N}");
        using Socket callers = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        callers.Bind(new UnixDomainSocketEndPoint(path));
        callers.Listen();
        List<Socket> ends = [];
        try
        {
            // On a thread that is none of the pool's, as that of a service: what it gives the pool is done in its order.
            Task after = await Task.Factory.StartNew(
                () =>
                {
                    for (int i = 0; i < Connections; i++)
                    {
                        using Socket sender = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                        sender.Connect(callers.LocalEndPoint!);
                        Socket caller = callers.Accept();
                        ends.Add(SendWhatLingers(listener, sender));
                        SlowClosing.Add(new SafeFileHandle(Take(caller), ownsHandle: true));
                    }

                    return Task.Run(static () => { }, TestContext.Current.CancellationToken);
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await after.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
        finally
        {
            // Now they close at once.
            foreach (Socket end in ends)
            {
                end.LingerState = new(true, 0);
                end.Dispose();
            }

            File.Delete(path);
        }
    }

    /// <summary>Sends the only descriptor of a connection that has more to send than its other end takes.</summary>
    /// <returns>The other end.</returns>
    private static Socket SendWhatLingers(Socket listener, Socket sender)
    {
        Socket lingering = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 4096 };
        lingering.Connect(listener.LocalEndPoint!);
        Socket end = listener.Accept();
        lingering.LingerState = new(true, 600);
        lingering.Blocking = false;
        byte[] bytes = new byte[4096];
        SocketError error;
        do
        {
            lingering.Send(bytes, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
        Assert.Equal(Errno.None, DescriptorMessage.Send(sender.SafeHandle, [1], lingering.SafeHandle));
        // While the message is under way this is not the last descriptor.
        _ = LibC.Close((int)Take(lingering));
        return end;
    }

    /// <summary>The descriptor of a socket, which .NET does not close any more: it would end the connection first.</summary>
    private static nint Take(Socket socket)
    {
        nint descriptor = socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        Taken.Add(socket);
        return descriptor;
    }
}
