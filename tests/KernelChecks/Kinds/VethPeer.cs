using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace KernelChecks.Kinds;

/// <summary>
/// The other end of a cable, in a network of its own that a thread holds: it has the addresses 10.9.0.2 and 10.9.0.3, and this end, <c>veth0</c> in the network
/// of the calling thread, has 10.9.0.1.
/// </summary>
internal sealed class VethPeer : IDisposable
{
    public const string Near = "veth0";

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public VethPeer()
    {
        using ManualResetEventSlim ready = new();
        int id = 0;
        _thread = new Thread(() =>
        {
            SeparateThread.EnterNewNetwork();
            id = SeparateThread.GetId();
            ready.Set();
            foreach (Action work in _work.GetConsumingEnumerable())
            {
                work();
            }
        });
        _thread.Start();
        ready.Wait();
        try
        {
            Network.Ip($"link add {Near} type veth peer name veth1 netns {id}");
            Network.Ip($"address add 10.9.0.1/24 dev {Near}");
            Network.Ip($"link set {Near} up");
            Do(static () =>
            {
                Network.Ip("address add 10.9.0.2/24 dev veth1");
                Network.Ip("address add 10.9.0.3/24 dev veth1");
                Network.Ip("link set veth1 up");
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends a letter from the other end to a port of this end.</summary>
    public void Send(string source, int port, char letter) => Do(() =>
    {
        using Socket sender = Network.Udp(source);
        sender.SendTo([(byte)letter], new IPEndPoint(IPAddress.Parse("10.9.0.1"), port));
    });

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Do(Action code)
    {
        TaskCompletionSource done = new();
        _work.Add(() =>
        {
            try
            {
                code();
                done.SetResult();
            }
#pragma warning disable CA1031 // Rethrown on the thread that waits.
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        });
        done.Task.GetAwaiter().GetResult();
    }
}
