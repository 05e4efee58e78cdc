using System.Globalization;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary>
/// <c>hops system serve</c> as the units in <c>deploy/systemd</c> run it: started by its first caller, on a socket that root listens on, as a user whose only
/// right is CAP_BPF. Its clients have no right at all, and may not call <c>bpf(2)</c>.
/// </summary>
public sealed class SocketActivationTests
{
    // /run is one that only these processes see.
    private const string Script = """
        set -e
        mount -t tmpfs -o mode=755 tmpfs /run
        mkdir /run/hops /run/program
        mount --bind "$FOLDER" /run/program
        hops=/run/program/hops
        systemd-socket-activate --listen=/run/hops/hops.sock --setenv=DOTNET_ROOT setpriv --reuid 65533 --regid 65533 --clear-groups \
            --inh-caps=-all,+bpf --ambient-caps=-all,+bpf --bounding-set=-all,+bpf --no-new-privs $hops system serve >&2 &
        service=$!
        trap 'kill -KILL $service 2>/dev/null' EXIT
        for i in $(seq 200); do [ -S /run/hops/hops.sock ] && break; sleep 0.05; done
        chgrp 64321 /run/hops/hops.sock
        chmod 0660 /run/hops/hops.sock
        as_client() { setpriv --reuid 65532 --regid 65532 "$@"; }
        set +e
        as_client --groups 64321 "$REFUSE_BPF" $hops system status --json
        as_client --groups 64321 "$REFUSE_BPF" $hops --json --source pinned-filter "127.0.0.1:$PORT" "[::1]:$PORT"
        as_client --clear-groups "$REFUSE_BPF" $hops --json --source pinned-filter "127.0.0.1:$PORT"
        echo "{\"uid\": $(awk '$1 == "Uid:" { print $3 }' /proc/$service/status),"\
        " \"capabilities\": \"$(awk '$1 == "CapEff:" { print $2 }' /proc/$service/status)\"}"
        kill $service
        wait $service
        echo "{\"status\": $?}"
        """;

    private static readonly JsonElement StatusSchema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/system-status.schema.json"))).RootElement;

    [Fact]
    public void A_container_s_client_measures_with_a_service_that_has_CAP_BPF_alone()
    {
        Requires.Root();
        Requires.Program("systemd", "systemd-socket-activate");
        using SeccompLauncher launcher = SeccompLauncher.Refusing("EPERM");
        using LabServer server = LabServer.Start();
        Outcome outcome = new HopsCommand
        {
            Program = "/bin/bash",
            Through = ["unshare", "--mount"],
            Variables = new Dictionary<string, string>
            {
                ["FOLDER"] = HopsCommand.Folder,
                ["REFUSE_BPF"] = launcher.Program,
                ["PORT"] = server.Port.ToString(CultureInfo.InvariantCulture),
            },
        }.Run("-c", Script);
        outcome.AssertStatus(0);
        Assert.True(outcome.Lines.Length == 6, $"{outcome.Output}\n{outcome.Errors}");
        JsonElement status = outcome.Json[0];
        Assert.True(JsonSchema.Accepts(StatusSchema, status), $"Not as docs/system-status.schema.json says: {status}");
        Assert.Equal("/run/hops/hops.sock", status.GetProperty("service").GetString());
        Assert.True(status.GetProperty("mayUse").GetBoolean());
        Assert.Equal([null, "0", "0", null, null, null], outcome.Values("hops"));
        Assert.Equal([null, "64", "64", null, null, null], outcome.Values("receivedTtl"));
        Assert.Equal([null, "pinned-filter", "pinned-filter", null, null, null], outcome.Values("source"));
        Assert.Contains("is for members of the group 64321", outcome.Values("message")[3], StringComparison.Ordinal);
        Assert.Equal(65533, outcome.Json[4].GetProperty("uid").GetInt32());
        // CAP_BPF is bit 39.
        Assert.Equal("0000008000000000", outcome.Json[4].GetProperty("capabilities").GetString());
        Assert.Equal(143, outcome.Json[5].GetProperty("status").GetInt32());
    }

    [Fact]
    public void The_schema_of_the_status_tells_good_from_bad()
    {
        const string Off = """{"schema":1,"layout":1,"otherLayouts":[],"enabled":false,"folder":null,"pinnedAt":null,"everyone":false,"group":null"""
            + ""","service":null,"serviceProblem":null,"otherWriters":"unknown","loadingLocked":false,"mayUse":false,"problem":"gone","remedy":"enable"}""";
        string on = Off.Replace(
            "false,\"folder\":null,\"pinnedAt\":null", "true,\"folder\":\"/f\",\"pinnedAt\":\"2026-11-23T22:45:11Z\"", StringComparison.Ordinal);
        Assert.True(Accepts(Off));
        Assert.True(Accepts(on));
        Assert.False(Accepts(Off.Replace("\"enabled\":false", "\"enabled\":true", StringComparison.Ordinal)));
        Assert.False(Accepts(on.Replace("\"enabled\":true", "\"enabled\":false", StringComparison.Ordinal)));
        Assert.False(Accepts(on.Replace("2026-11-23T22:45:11Z", "yesterday", StringComparison.Ordinal)));
        Assert.False(Accepts(Off.Replace(",\"mayUse\":false", "", StringComparison.Ordinal)));

        static bool Accepts(string json) => JsonSchema.Accepts(StatusSchema, JsonDocument.Parse(json).RootElement);
    }

    [Fact]
    public void The_status_of_the_command_is_of_its_schema()
    {
        Requires.Root();
        // Changes of others to the host do not matter: /run is empty here, and then the filter is shared.
        const string Commands = """mount -t tmpfs -o mode=755 tmpfs /run; "$HOPS" system status --json"""
            + """; "$HOPS" system enable --group 64321 >&2; "$HOPS" system status --json""";
        Outcome outcome = new HopsCommand { Program = "/bin/bash", Through = ["unshare", "--mount"] }.Run("-c", Commands);
        outcome.AssertStatus(0);
        Assert.All(outcome.Json, status => Assert.True(JsonSchema.Accepts(StatusSchema, status), $"Not as docs/system-status.schema.json says: {status}"));
        Assert.Equal(["False", "True"], outcome.Values("enabled"));
        Assert.Equal(["False", "True"], outcome.Values("mayUse"));
        Assert.Equal("64321", outcome.Values("group")[1]);
    }
}
