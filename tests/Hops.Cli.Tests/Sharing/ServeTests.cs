using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary><c>hops system serve</c>: its life and its deaths.</summary>
public sealed class ServeTests : IDisposable
{
    private const string Socket = "/run/hops/hops.sock";

    private readonly SharedHost _host;
    private readonly LabServer _server = LabServer.Start();

    public ServeTests()
    {
        Requires.Root();
        _host = SharedHost.Start();
    }

    public void Dispose()
    {
        _server.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void What_a_killed_service_leaves_is_refused_and_the_next_one_takes_over()
    {
        using RunningCommand killed = _host.Serve();
        using RunningCommand client = _host.Client(User.ContainedMember).Start("measure");
        client.WaitUntil(static running => running.Output == "source PinnedFilter\n");
        killed.Signal(RunningCommand.SigKill);
        killed.Wait();
        Assert.True(SocketIsThere());

        Outcome refused = (_host.Client(User.ContainedMember) with { Input = "" }).Run("measure", "PinnedFilter");
        refused.AssertStatus(4);
        Assert.Contains($"no process listens at {Socket}", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("sudo systemctl restart hops.socket", refused.Errors, StringComparison.Ordinal);

        using RunningCommand next = _host.Serve();
        AssertMeasured();

        // A client that holds the filter of the dead service continues.
        client.Input.WriteLine($"measure 127.0.0.1 {_server.Port} 5 1");
        client.Input.Close();
        Outcome outcome = client.Wait();
        outcome.AssertStatus(0);
        Assert.Equal($"{_server.Port}:64=5", outcome.Lines[1]);
    }

    [Fact]
    public void The_second_service_says_that_there_is_one()
    {
        using RunningCommand first = _host.Serve();
        Outcome second = _host.Administrator.Run("system", "serve", "--group", SharedHost.Group);
        second.AssertStatus(4);
        Assert.Contains($"another service listens at {Socket} already", second.Errors, StringComparison.Ordinal);
        AssertMeasured();
    }

    [Theory]
    [InlineData(RunningCommand.SigTerm, 143)]
    [InlineData(RunningCommand.SigInt, 130)]
    public void A_signal_ends_it_and_takes_its_socket_away(int signal, int status)
    {
        using RunningCommand service = _host.Serve();
        AssertMeasured();
        service.Signal(signal);
        Outcome outcome = service.Wait();
        outcome.AssertStatus(status);
        Assert.EndsWith("served 1 times\n", outcome.Errors, StringComparison.Ordinal);
        Assert.False(SocketIsThere());
    }

    [Fact]
    public void Started_by_a_socket_of_systemd_it_serves_there_and_leaves_the_socket_to_systemd()
    {
        string activate = Requires.Program("systemd", "systemd-socket-activate");
        HopsCommand administrator = _host.Administrator with { Program = "sh" };
        administrator.Run("-c", "mkdir -m 0755 /run/hops").AssertStatus(0);
        // It listens, and at the first caller becomes the service, with the socket as descriptor 3.
        using RunningCommand service = (_host.Administrator with { Program = activate }).Start($"--listen={Socket}", HopsCommand.Executable, "system", "serve");
        service.WaitUntil(static running => running.Errors.Contains("Listening on", StringComparison.Ordinal));
        administrator.Run("-c", $"chown root:{SharedHost.Group} {Socket} && chmod 0660 {Socket}").AssertStatus(0);

        AssertMeasured();
        service.WaitUntil(static running => running.Errors.Contains($"serving at {Socket}", StringComparison.Ordinal));
        Outcome stranger = (_host.Client(User.ContainedStranger) with { Input = "" }).Run("measure", "PinnedFilter");
        stranger.AssertStatus(4);
        Assert.Contains("is for members of the group 61234", stranger.Errors, StringComparison.Ordinal);

        service.Signal(RunningCommand.SigTerm);
        service.Wait().AssertStatus(143);
        Assert.True(SocketIsThere());
    }

    [Fact]
    public void After_everyone_might_load_eBPF_it_serves_slots_that_are_new()
    {
        // A file like that of the sysctl, because the real one affects the whole host.
        using SharedHost host = SharedHost.Start("echo 2 >/run/setting && mount --bind /run/setting /proc/sys/kernel/unprivileged_bpf_disabled");
        using RunningCommand service = host.Serve();
        string before = SlotsOf(service);
        Assert.Equal($"service  {Socket}", ServiceLine(host));
        Assert.Equal(before, SlotsOf(service));

        Set("0");
        Assert.StartsWith("service  not used: ", ServiceLine(host), StringComparison.Ordinal);
        const string Told = "a caller was refused, 1 so far: a shared filter cannot be trusted here: kernel.unprivileged_bpf_disabled is 0";
        service.WaitUntil(static running => running.Errors.Contains(Told, StringComparison.Ordinal));
        Assert.Equal(4, (host.Client(User.Member) with { Input = "" }).Run("measure", "PinnedFilter").Status);

        Set("2");
        Assert.Equal($"service  {Socket}", ServiceLine(host));
        Assert.NotEqual(before, SlotsOf(service));
        (host.Client(User.Member) with { Input = "" }).Run("measure", "PinnedFilter").AssertStatus(0);

        void Set(string value) => (host.Administrator with { Program = "sh" }).Run("-c", $"echo {value} >/run/setting").AssertStatus(0);

        // Root's status asks the service whatever the setting is.
        static string ServiceLine(SharedHost host) =>
            host.Administrator.Run("system", "status").Lines.Single(static line => line.StartsWith("service", StringComparison.Ordinal));
    }

    /// <summary>The numbers of the maps that a process holds (proc_pid_fdinfo(5)).</summary>
    private static string SlotsOf(RunningCommand process) =>
        string.Join(' ', Directory.GetFiles($"/proc/{process.Id}/fdinfo").SelectMany(LinesOf)
            .Where(static line => line.StartsWith("map_id:", StringComparison.Ordinal)).Order());

    /// <summary>Of a descriptor that was closed in the meantime: none.</summary>
    private static string[] LinesOf(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private void AssertMeasured()
    {
        Outcome outcome = _host.Hops(User.ContainedMember).Run("--json", $"127.0.0.1:{_server.Port}", $"[::1]:{_server.Port}");
        outcome.AssertStatus(0);
        Assert.Equal(["pinned-filter", "pinned-filter"], outcome.Values("source"));
        Assert.Equal(["0", "0"], outcome.Values("hops"));
    }

    private bool SocketIsThere() => (_host.Administrator with { Program = "test" }).Run("-S", Socket).Status == 0;
}
