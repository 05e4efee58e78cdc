using System.Diagnostics;
using System.Net.Sockets;
using Hops.Benchmarks.Processes;
using Hops.Lab;

namespace Hops.Benchmarks.Peers;

/// <summary>
/// Asks several programs, in turns, how far away a server is. Programs that watch connections are ready before one is made for them. They are started only once
/// in practice, so the time from the connection to the answer is reported, too, beside that of a program that uses the library.
/// </summary>
internal sealed class PeersBenchmark : IDisposable
{
    private const int Routers = 3;
    private const int Connections = 20;
    private const string Started = "started for one answer";
    private const string Running = "runs already";
    private const string None = "no answer";

    private static readonly Dictionary<string, int> NotAsked = [];

    private readonly LabNetwork _network = LabNetwork.Create(Routers);
    private readonly LabServer _server;
    private readonly PeerTarget _target;
    private readonly List<string> _missing = [];
    private readonly List<(string Group, string Name, Func<PeerRun> Run)> _subjects = [];

    /// <param name="hops">The path of <c>hops</c>.</param>
    public PeersBenchmark(string hops)
    {
        _server = LabServer.Start(_network.Server);
        _target = new PeerTarget("toserver", _network.ServerAddress(AddressFamily.InterNetwork), _server.Port, Routers);
        HopMeter meter = HopMeter.Open(HopMeterSource.SocketFilter);
        foreach (Peer peer in Peer.All(hops))
        {
            if (ProgramPath.Find(peer.Program) is { } program)
            {
                _subjects.Add((Started, peer.Name, () => Checked(peer, PeerRun.Of(peer, program, _target))));
            }
            else
            {
                _missing.Add($"{peer.Name} was not measured: there is no {peer.Program} here (apt-get install {peer.Package}).");
            }
        }

        _subjects.Add((Running, "a connection alone", () => Connect(null)));
        _subjects.Add((Running, "a connection and HopMeter", () => Connect(meter)));
    }

    /// <summary>Asks each program once in a round.</summary>
    /// <exception cref="InvalidOperationException">A program of this repository gave a wrong answer or none.</exception>
    public Report Run(string name, int rounds)
    {
        PeerRun[][] runs = [.. _subjects.Select(subject => new PeerRun[rounds])];
        WarmUp.Run(() => _subjects.Where(static s => s.Group == Running).ToList().ForEach(s => _network.Client.Run(s.Run)));
        // The first round is not counted: it reads files from the disk and resolves the addresses of neighbours.
        for (int round = -1; round < rounds; round++)
        {
            Console.Error.WriteLine(round < 0 ? "warming up" : $"round {round + 1} of {rounds}");
            for (int place = 0; place < _subjects.Count; place++)
            {
                int subject = (place + Math.Max(round, 0)) % _subjects.Count;
                PeerRun run = _network.Client.Run(_subjects[subject].Run);
                if (round >= 0)
                {
                    runs[subject][round] = run;
                }
            }
        }

        return new Report(
            name,
            $"How far away is this server? Asked across {Routers} routers",
            "program",
            "answer",
            [.. Summarize(Started, runs, static r => r.Ticks), .. Summarize(Running, runs, static r => r.TicksFromConnect)])
        {
            Chart = ReportChart.ManyTimes,
            Remarks = _missing,
        };
    }

    public void Dispose()
    {
        _server.Dispose();
        _network.Dispose();
    }

    // Wrong answers of other programs are shown, and do not fail the benchmark.
    private static PeerRun Checked(Peer peer, PeerRun run) => peer.Package.Length > 0 || run.Answer?.Routers == Routers
        ? run
        : throw new InvalidOperationException($"'{peer.Name}' answered '{run.Answer?.Text ?? None}' across {Routers} routers.");

    // A single connection is too short to be timed.
    private PeerRun Connect(HopMeter? meter)
    {
        long packets = PacketCounter.Sent(_target.Interface);
        long ticks = 0;
        HopDistance? distance = null;
        for (int i = 0; i < Connections; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Socket socket = new(_target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            meter?.Arm(socket);
            socket.Connect(_target.Address, _target.Port);
            distance = meter?.Read(socket);
            ticks += Stopwatch.GetTimestamp() - start;
            PlainConnection.Reset(socket);
        }

        PeerAnswer? answer = distance is { } known ? new($"{known.Hops} hops", known.Hops) : null;
        return new PeerRun(answer, ticks / Connections, ticks / Connections, TimeSpan.Zero, (PacketCounter.Sent(_target.Interface) - packets) / Connections);
    }

    private IEnumerable<Measurement> Summarize(string group, PeerRun[][] runs, Func<PeerRun, long?> ticksOf)
    {
        // The group "runs already" has the programs that watch, and the two variants that run in this process.
        int[] members =
        [
            .. Enumerable.Range(0, _subjects.Count)
                .Where(i => runs[i].All(r => ticksOf(r) is not null) && (group == Running || _subjects[i].Group == group)),
        ];
        int reference = members.First(i => _subjects[i].Group == group);
        return members.OrderBy(i => _subjects[i].Group == group ? 0 : 1).Select(i => Measurement.Of(
            group, _subjects[i].Name, BlocksOf(i), i == reference ? null : BlocksOf(reference)) with
        {
            Figures = FiguresOf(group, runs[i]),
            Answers = i == reference && group == Running ? NotAsked : AnswersOf(runs[i]),
        });

        Block[] BlocksOf(int subject) => [.. runs[subject].Select(run => new Block(1, ticksOf(run)!.Value, null))];
    }

    private static IReadOnlyList<Figure> FiguresOf(string group, PeerRun[] runs)
    {
        Figure packets = new("packets sent", Quartiles.Of(runs.Select(static r => (double)r.PacketsSent)));
        // The processor time of a watching program would include its start, so it is left out.
        return group == Running
            ? [packets]
            : [new Figure("processor time", Quartiles.Of(runs.Select(static r => r.ProcessorTime.TotalNanoseconds)), IsTime: true), packets];
    }

    private static Dictionary<string, int> AnswersOf(PeerRun[] runs) => runs
        .GroupBy(static run => run.Answer is { } answer ? $"{answer.Text}: {(answer.Routers == Routers ? "right" : "wrong")}" : None)
        .ToDictionary(static same => same.Key, static same => same.Count());
}
