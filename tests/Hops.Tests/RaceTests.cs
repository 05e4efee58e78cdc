using System.Net;
using System.Net.Sockets;
using Hops.Filters;
using Hops.Lab;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class RaceTests
{
    private const int Rounds = 10_000;

    /// <summary>
    /// The filter runs before the kernel takes the socket's lock. So two SYN+ACKs of one socket may be processed at the same moment on two processors. Both see
    /// that the slot is not theirs yet, and the last store would win:
    /// with a plain store in place of the compare-and-exchange some hundred of these rounds showed a TTL.
    /// </summary>
    [Fact]
    public void Two_contradicting_answers_in_the_same_moment_are_unknown()
    {
        Requires.Root();
        Assert.SkipWhen(Environment.ProcessorCount < 2, "needs two processors");
        using LabNetwork lab = LabNetwork.Create(0);
        using Socket silent = Connecting.NewSocket(lab.Server, AddressFamily.InterNetwork);
        IPEndPoint server = SilentListener.Listen(silent, lab.ServerAddress(AddressFamily.InterNetwork));
        using Answerer first = new(lab, ttl: 40);
        using Answerer second = new(lab, ttl: 50);
        SocketFilter filter = new(HopSource.SocketFilter, FilterPair.Load());
        int[] readings = new int[256];
        lab.Client.Run(() =>
        {
            second.Start();
            for (int round = 0; round < Rounds; round++)
            {
                using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                client.Bind(new IPEndPoint(IPAddress.Parse("198.18.0.1"), 0));
                client.Blocking = false;
                filter.Arm(client);
                Assert.Throws<SocketException>(() => client.Connect(server));

                IPEndPoint to = (IPEndPoint)client.LocalEndPoint!;
                first.Prepare(server, to);
                second.Prepare(server, to);
                second.Go(round + 1);
                // Now a little earlier, now a little later than the other one.
                Thread.SpinWait(round % 100);
                first.Send();
                second.Wait(round + 1);
                readings[filter.Read(client)]++;
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"unknown {readings[0]}, 40: {readings[40]}, 50: {readings[50]}");
        Assert.Equal(Rounds, readings[0]);
    }

    /// <summary>Sends one SYN+ACK with its TTL, on a thread of its own if that was started.</summary>
    private sealed class Answerer(LabNetwork lab, byte ttl) : IDisposable
    {
        private readonly Socket _sender = Segment.NewSender(lab.Server, AddressFamily.InterNetwork);
        private readonly IPEndPoint _client = new(IPAddress.Parse("198.18.0.1"), 0);
        private byte[] _segment = [];
        private int _asked;
        private int _done;

        public void Prepare(IPEndPoint from, IPEndPoint to) => _segment = Segment.Make(from, to, Segment.Syn | Segment.Ack, 7, 7, ttl);

        public void Send() => _sender.SendTo(_segment, _client);

        public void Start() => new Thread(() =>
        {
            for (int round = 1; Volatile.Read(ref _asked) >= 0; round++)
            {
                while (Volatile.Read(ref _asked) is var asked && asked < round)
                {
                    if (asked < 0)
                    {
                        return;
                    }
                }

                Send();
                Volatile.Write(ref _done, round);
            }
        }).Start();

        public void Go(int round) => Volatile.Write(ref _asked, round);

        public void Wait(int round)
        {
            while (Volatile.Read(ref _done) < round)
            {
            }
        }

        public void Dispose()
        {
            Volatile.Write(ref _asked, -1);
            _sender.Dispose();
        }
    }
}
