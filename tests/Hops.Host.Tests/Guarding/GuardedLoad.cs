using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Host.Tests.Guarding;

/// <summary>
/// Connections from eight threads, half of which are of IPv6, in turn to a near and to a far server, with a listener each. Clients that are connected send
/// data at once; servers count the bytes that arrive.
/// </summary>
internal sealed class GuardedLoad : IDisposable
{
    public const int Threads = 8;

    private readonly LabNetwork _network;
    private readonly LoadServer[] _near;
    private readonly LoadServer[] _far;

    /// <param name="network">The near server is at the first place, the far one at the last.</param>
    public GuardedLoad(LabNetwork network)
    {
        _network = network;
        _near = [.. Enumerable.Range(0, Threads).Select(thread => new LoadServer(network, 0, FamilyOf(thread)))];
        _far = [.. Enumerable.Range(0, Threads).Select(thread => new LoadServer(network, network.Routers, FamilyOf(thread)))];
    }

    public long AcceptedByNear => _near.Sum(static server => server.Accepted);

    public long ReceivedByNear => _near.Sum(static server => server.Received);

    public long ReceivedByFar => _far.Sum(static server => server.Received);

    /// <summary>Which packets are of near servers, as in pcap-filter(7).</summary>
    public string NearPackets => $"tcp and (host {_near[0].EndPoint.Address} or host {_near[1].EndPoint.Address})";

    /// <summary>Makes as many attempts on each thread.</summary>
    public LoadResult Run(int attemptsOfAThread) => Run(thread =>
    {
        List<Attempt> near = new(attemptsOfAThread / 2);
        List<Attempt> far = new(attemptsOfAThread / 2);
        for (int i = 0; i < attemptsOfAThread / 2; i++)
        {
            near.Add(Attempt.Make(_near[thread].Address));
            far.Add(Attempt.Make(_far[thread].Address));
        }

        return new(near, far);
    });

    /// <summary>
    /// The same where an answer may never come: each thread begins its connections to the near server all at once, and gives each up when so much time has
    /// passed; meanwhile it connects to the far one.
    /// </summary>
    public LoadResult RunWithoutWaiting(int attemptsOfAThread, TimeSpan patience) => Run(thread =>
    {
        Func<TimeSpan, Attempt>[] begun = [.. Enumerable.Range(0, attemptsOfAThread / 2).Select(_ => Attempt.Begin(_near[thread].Address))];
        Attempt[] far = [.. Enumerable.Range(0, attemptsOfAThread / 2).Select(_ => Attempt.Make(_far[thread].Address))];
        return new([.. begun.Select(finish => finish(patience))], far);
    });

    /// <summary>Makes one attempt to connect to a near server.</summary>
    public Attempt AttemptNear() => _network.Client.Run(() => Attempt.Make(_near[0].Address));

    public void Dispose()
    {
        Array.ForEach(_near, static server => server.Dispose());
        Array.ForEach(_far, static server => server.Dispose());
    }

    private static AddressFamily FamilyOf(int thread) => thread % 2 == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    private LoadResult Run(Func<int, LoadResult> work)
    {
        Task<LoadResult>[] all =
        [
            .. Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
                () => _network.Client.Run(() => work(thread)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        LoadResult[] results = Task.WhenAll(all).GetAwaiter().GetResult();
        return new([.. results.SelectMany(static result => result.Near)], [.. results.SelectMany(static result => result.Far)]);
    }
}
