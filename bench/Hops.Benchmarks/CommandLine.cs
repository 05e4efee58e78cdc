using System.CommandLine;
using System.CommandLine.Help;
using Ebpf;
using Hops.Benchmarks.Commands;
using Hops.Host.Sharing;
using Hops.Lab;

namespace Hops.Benchmarks;

/// <summary>The command line and its benchmarks.</summary>
internal static class CommandLine
{
    /// <summary>All benchmarks, in the order in which <c>all</c> runs them. Each has its place in docs/performance.md.</summary>
    public static IReadOnlyList<BenchmarkCommand> Benchmarks() =>
    [
        new ConnectCommand(), new ThroughputCommand(), new StartCommand(), new ManyCommand(), new IntervalCommand(), new PeersCommand(),
        new GuardedConnectCommand(), new HttpCommand(), new EgressCommand(),
        new DistancesCommand(), new AssemblyCommand(), new MapCommand(), new RingCommand(), new LookupCommand(), new TailCallCommand(),
        new PacketCommand(), new WatchCommand(), new GuardCommand(),
    ];

    public static int Run(string[] args)
    {
        IReadOnlyList<BenchmarkCommand> benchmarks = Benchmarks();
        RootCommand root = new("Benchmarks of Hops and of its eBPF library. They need root, or CAP_BPF; 'map' needs CAP_SYS_ADMIN, too.")
        {
            new AllCommand(benchmarks),
        };
        foreach (BenchmarkCommand benchmark in benchmarks)
        {
            root.Subcommands.Add(benchmark);
        }

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        ParseResult result = root.Parse(args);
        try
        {
            int status = result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return result.Errors.Count == 0 ? status : ExitStatus.WrongUsage;
        }
        catch (Exception e) when (e is HopMeterUnavailableException or LabUnavailableException or SharingException or PlatformNotSupportedException
            or BpfException { Errno: Errno.EPERM })
        {
            Console.Error.WriteLine(e.Message);
            return ExitStatus.CannotMeasure;
        }
        catch (Exception e) when (e is InvalidOperationException or BpfException or HttpRequestException)
        {
            Console.Error.WriteLine($"The benchmark failed. {e.Message}");
            return ExitStatus.Failed;
        }
    }
}
