using System.Net.Sockets;
using System.Text.Json;
using Hops.Cli.Tests.Support;

namespace Hops.Cli.Tests.Guarding;

/// <summary>Programs as they are installed, under <c>hops guard</c>: near servers get nothing of them, far ones all.</summary>
public sealed class RealProgramsTests(RealProgramsLab lab) : IClassFixture<RealProgramsLab>
{
    private const string Far = "greetings from far";
    private const string Near = "greetings from near";

    [Theory]
    [InlineData("curl")]
    [InlineData("bash")]
    [InlineData("perl")]
    public void What_is_near_gets_nothing_and_what_is_far_all(string name) => Check(RealProgramsClient.Of(name));

    [Theory]
    [InlineData("wget")]
    [InlineData("git over http")]
    [InlineData("git")]
    [InlineData("python urllib")]
    [InlineData("python asyncio")]
    [InlineData("node http")]
    [InlineData("node fetch")]
    [InlineData("node child_process")]
    [InlineData("java")]
    [InlineData("go")]
    [InlineData(".NET")]
    [Trait("Length", "Long")]
    public void What_is_near_gets_nothing_of_heavy_programs(string name) => Check(RealProgramsClient.Of(name));

    [Theory]
    [InlineData("curl")]
    [InlineData("perl")]
    public void A_name_with_a_near_and_a_far_address_leads_to_the_far_one(string name) => CheckNames(RealProgramsClient.Of(name));

    [Theory]
    [InlineData("wget")]
    [InlineData("git over http")]
    [InlineData("python urllib")]
    [InlineData("python asyncio")]
    // Without Node, which tries only one address before version 20.
    [InlineData("go")]
    [InlineData(".NET")]
    [Trait("Length", "Long")]
    public void A_name_leads_heavy_programs_to_the_far_address(string name) => CheckNames(RealProgramsClient.Of(name));

    [Fact]
    [Trait("Length", "Long")]
    public void All_of_a_shell_s_programs_are_guarded()
    {
        RealProgramsClient[] all = RealProgramsClient.All;
        Array.ForEach(all, client => client.Prepare(lab));
        long before = lab.BytesNear;
        // A script of one line for each, near and far.
        Outcome outcome = lab.RunGuarded(
            ["bash", lab.Write("all.sh", string.Concat(all.SelectMany(ScriptOf))), lab.Home], "--json", "--log", lab.Write("all.log", ""));
        Assert.True(outcome.Output.Split(Far).Length - 1 == 2 * all.Length, outcome.ToString());
        Assert.DoesNotContain(Near, outcome.Output, StringComparison.Ordinal);
        Assert.Equal(before, lab.BytesNear);
        string[] refused = [.. ReadLog("all.log").Where(static line => TextOf(line, "reason") == "near").Select(static line => TextOf(line, "command")!)];
        Assert.Empty(all.Select(static client => client.Process).Except(refused));
    }

    [Fact]
    [Trait("Length", "Long")]
    public void Node_starts_a_guard_with_its_socket_pairs_as_standard_descriptors()
    {
        RealProgramsClient curl = RealProgramsClient.Of("curl");
        RealProgramsClient.Of("node http").Prepare(lab);
        const string Script = """
            const child = require('child_process').spawn(process.argv[1], process.argv.slice(2), { stdio: ['pipe', 'pipe', 'pipe'] });
            child.stdout.on('data', data => process.stdout.write(data));
            child.stderr.on('data', data => process.stderr.write(data));
            child.stdin.end('url = ' + process.argv[process.argv.length - 1]);
            child.on('close', code => process.exitCode = code);
            """;
        foreach (AddressFamily family in Families)
        {
            string[] Words(int distance) => ["node", "-e", Script, .. lab.GuardedWords([.. curl.Words(lab, lab.UrlOf(distance, family))], [])];
            long before = lab.BytesNear;
            Outcome near = lab.Start(Words(RealProgramsLab.Near), []).Wait();
            near.AssertStatus(7);
            Assert.Matches("refused .* for curl", near.Errors);
            Assert.Equal(before, lab.BytesNear);
            Outcome far = lab.Start(Words(RealProgramsLab.Far), []).Wait();
            far.AssertStatus(0);
            Assert.Contains(Far, far.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("python3", "python3", """
        import asyncio
        async def serve(reader, writer):
            writer.write(b'its own'); writer.close()
        async def main():
            for host in '127.0.0.1', '::1':
                server = await asyncio.start_server(serve, host, 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
                print((await reader.read()).decode())
        asyncio.run(main())
        """)]
    [InlineData("node", "nodejs", """
        const http = require('http');
        for (const host of ['127.0.0.1', '::1']) {
            const server = http.createServer((request, response) => response.end('its own\n'));
            server.listen(0, host, () => http.get({ host, port: server.address().port }, r => { r.pipe(process.stdout); r.on('end', () => server.close()) }));
        }
        """)]
    [Trait("Length", "Long")]
    public void A_program_reaches_what_it_listens_on_itself(string program, string package, string script)
    {
        TestSupport.Requires.Program(package, program);
        Outcome outcome = lab.RunGuarded([program, program == "node" ? "-e" : "-c", script]);
        outcome.AssertStatus(0);
        Assert.Equal(2, outcome.Output.Split("its own").Length - 1);
    }

    private static AddressFamily[] Families => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    private void Check(RealProgramsClient client)
    {
        client.Prepare(lab);
        foreach (AddressFamily family in Families)
        {
            CheckNear(client, family);
            Outcome far = lab.RunGuarded(client.Words(lab, lab.UrlOf(RealProgramsLab.Far, family)));
            far.AssertStatus(0);
            Assert.Contains(Far, far.Output, StringComparison.Ordinal);
        }

        CheckSpecial(client);
    }

    private void CheckNear(RealProgramsClient client, AddressFamily family)
    {
        string[] words = client.Words(lab, lab.UrlOf(RealProgramsLab.Near, family));
        long before = lab.BytesNear;
        Outcome near = lab.RunGuarded(words);
        Assert.NotEqual(0, near.Status);
        Assert.DoesNotContain(Near, near.Output, StringComparison.Ordinal);
        Assert.Matches(client.Refusal, near.Errors);
        Assert.Matches($@"hops: .* refused \S+ for {client.Process}\[\d+\]: near, {RealProgramsLab.Near} hops? away", near.Errors);
        string log = lab.Write("near.log", "");
        Assert.NotEqual(0, lab.RunGuarded(words, "--json", "--log", log).Status);
        Assert.Equal(before, lab.BytesNear);
        JsonElement refused = ReadLog("near.log").First(static line => TextOf(line, "reason") == "near");
        Assert.Equal("refused", TextOf(refused, "event"));
        Assert.Equal(client.Process, TextOf(refused, "command"));
        Assert.Equal($"{RealProgramsLab.Near}", TextOf(refused, "hops"));
        Assert.Equal($"{lab.Network.AddressAt(RealProgramsLab.Near, family)}", TextOf(refused, "remoteAddress"));
        Assert.Equal(RealProgramsLab.User, TextOf(refused, "user"));

        // Without the guard they arrive.
        Outcome control = lab.RunUnguarded(words);
        Assert.True(lab.BytesNear > before, control.ToString());
    }

    private void CheckSpecial(RealProgramsClient client)
    {
        string[] words = client.Words(lab, new Uri(RealProgramsLab.Metadata));
        long before = lab.BytesNear;
        Outcome special = lab.RunGuarded(words);
        Assert.NotEqual(0, special.Status);
        Assert.Equal(before, lab.BytesNear);
        // It may have ended before it is asked for its name.
        Assert.Matches($@"hops: .* refused 169\.254\.169\.254:\d+ for ({client.Process})?\[\d+\]: a cloud's metadata service", special.Errors);
        Outcome control = lab.RunUnguarded(words);
        Assert.True(lab.BytesNear > before, control.ToString());
    }

    private void CheckNames(RealProgramsClient client)
    {
        client.Prepare(lab);
        foreach (AddressFamily family in Families)
        {
            AddressFamily other = Families.Single(one => one != family);
            using PrivateNames names = new(
                $"{lab.Network.AddressAt(RealProgramsLab.Near, family)} both.example", $"{lab.Network.AddressAt(RealProgramsLab.Far, other)} both.example");
            long before = lab.BytesNear;
            Outcome outcome = lab.RunGuarded(
                names, client.Words(lab, new UriBuilder("http", "both.example", RealProgramsLab.Port, RealProgramsLab.Greeting).Uri));
            outcome.AssertStatus(0);
            Assert.Contains(Far, outcome.Output, StringComparison.Ordinal);
            Assert.Equal(before, lab.BytesNear);
        }
    }

    private IEnumerable<string> ScriptOf(RealProgramsClient client) =>
        from family in Families
        from distance in (int[])[RealProgramsLab.Near, RealProgramsLab.Far]
        let words = client.Words(lab, lab.UrlOf(distance, family)).Select(static word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'")
        select string.Join(' ', words) + "\n";

    private JsonElement[] ReadLog(string name) => [.. File.ReadLines(Path.Combine(lab.Home, name)).Select(static line => JsonDocument.Parse(line).RootElement)];

    private static string? TextOf(JsonElement line, string field) => line.TryGetProperty(field, out JsonElement value) ? value.ToString() : null;
}
