using Ebpf;
using Hops.Cli.Output;
using Hops.Common.Interop;
using Hops.Guard;
using Hops.Host.Confinement;
using Hops.Host.Guarding;

namespace Hops.Cli.Guarding;

/// <summary>Implements <c>hops guard</c>, which runs a program that the kernel keeps from near servers.</summary>
internal static class GuardCommand
{
    // The variables in which sudo(8), doas(1) and pkexec(1) name the calling user.
    private static readonly string[] Callers = ["SUDO_UID", "DOAS_USER", "PKEXEC_UID"];

    public static ExitStatus Run(GuardOptions options)
    {
        try
        {
            return Start(options);
        }
        catch (Exception e) when (e is ConfinementException or HostGuardUnavailableException or BpfException or PlatformNotSupportedException
            or ArgumentException or IOException or UnauthorizedAccessException)
        {
            StandardError.WriteLine($"hops: the program was not started: {TerminalText.Blank(e.Message)}");
            return ExitStatus.NotGuarded;
        }
    }

    private static ExitStatus Start(GuardOptions options)
    {
        if (LibC.EffectiveUserId() != 0)
        {
            throw new ConfinementException("hops guard needs root, and runs the program without root: sudo hops guard …");
        }

        Dictionary<string, string> variables = GuardedEnvironment.Read();
        if (!options.Proxy && ProxyVariables.Find(variables) is { } proxy)
        {
            throw new ConfinementException(
                $"{proxy} names a proxy, whose distance says nothing about the servers behind it: "
                + "unset it, or use --proxy if the proxy has a guard of its own");
        }

        ProgramUser user = options.Isolate
            ? new() { Id = ProgramNamespaces.UserOf(Environment.ProcessId), GroupId = ProgramNamespaces.UserOf(Environment.ProcessId) }
            : UserOf(options, variables);
        using GuardLog log = GuardLog.Open(options);
        using DescriptorRelay descriptors = DescriptorRelay.Start();
        using SignalRelay signals = new();
        using GuardedCgroup cgroup = GuardedCgroup.Create();
        using HostGuard guard = HostGuard.Start(new()
        {
            Cgroup = cgroup.Folder,
            Policy = options.Policy,
            Resolvers = options.Resolvers ?? HostResolvers.Read(),
            JudgesIncoming = options.Isolate,
        });
        bool isReport = options.Policy.Mode == HopGuardMode.ReportOnly;
        if (!isReport && !guard.EndsConnections)
        {
            StandardError.WriteLine($"hops: {GuardText.SlowRefusals}, so the program waits for its own time-out");
        }

        GuardedChild child = new()
        {
            Cgroup = cgroup.Folder,
            User = user,
            Parent = Environment.ProcessId,
            IsIsolated = options.Isolate,
            IsFirst = options.Isolate,
            IsReport = isReport,
            Command = options.Command,
        };
        Task telling = Task.Run(() => log.TellAsync(guard));
        int status = Run(() =>
        {
            ChildProcess program = OwnProgram.Start(child.Words, GuardedEnvironment.Of(variables, user), descriptors.Descriptors);
            descriptors.Release();
            signals.PassTo(program);
            return program.Wait();
        }, options.Isolate);
        // Ends all processes that the program started, and then the guard.
        cgroup.Dispose();
        guard.Stop();
        telling.GetAwaiter().GetResult();
        log.Finish(guard.Untold);
        return (ExitStatus)status;
    }

    private static ProgramUser UserOf(GuardOptions options, Dictionary<string, string> variables) =>
        ProgramUser.Find(options.User ?? Callers.Select(variables.GetValueOrDefault).FirstOrDefault(static name => name is { Length: > 0 })
            ?? throw new ConfinementException("sudo was not used, so the user to run it as is unknown: use --user USER, or --isolate"));

    /// <summary>
    /// Starts the program on a thread that may enter namespaces. The thread lives as long as the program, because the kernel ends the program with it.
    /// </summary>
    private static int Run(Func<int> start, bool inNamespaces)
    {
        if (!inNamespaces)
        {
            return start();
        }

        int status = 0;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                ProgramNamespaces.Make();
                status = start();
            }
#pragma warning disable CA1031 // The exception is thrown again on the other thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }
        })
        { Name = "namespaces" };
        thread.Start();
        thread.Join();
        return failure is null ? status : throw new ConfinementException(failure.Message);
    }
}
