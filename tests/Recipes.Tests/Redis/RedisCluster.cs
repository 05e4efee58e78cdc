using System.Globalization;
using Hops.Recipes.Tests.Support;

namespace Hops.Recipes.Tests.Redis;

/// <summary>A real cluster: a far member, and a near one.</summary>
internal sealed class RedisCluster : IDisposable
{
    public const int Port = 7000;
    private const int Slots = 16384;

    private static readonly string PortText = Port.ToString(CultureInfo.InvariantCulture);

    private readonly RecipeLab _lab;
    private readonly ServerProcess _far;
    private readonly ServerProcess _near;

    private RedisCluster(RecipeLab lab)
    {
        _lab = lab;
        _far = RedisServer.Start(lab.Far, Port, "--cluster-enabled", "yes", "--cluster-announce-ip", lab.FarAddress);
        _near = RedisServer.Start(lab.Near, Port, "--cluster-enabled", "yes", "--cluster-announce-ip", lab.NearAddress);
    }

    /// <param name="lab">Where.</param>
    /// <param name="firstSlotOfNear">From here on the near member has the slots; null: it is no member yet, and the far one has all.</param>
    public static async Task<RedisCluster> StartAsync(RecipeLab lab, int? firstSlotOfNear)
    {
        RedisCluster cluster = new(lab);
        int first = firstSlotOfNear ?? Slots;
        cluster.AtFar("addslotsrange", "0", $"{first - 1}");
        if (first == Slots)
        {
            await Eventually.TrueAsync(() => cluster.AtFar("info").Contains("cluster_state:ok", StringComparison.Ordinal));
            return cluster;
        }

        cluster.AtNear("addslotsrange", $"{first}", $"{Slots - 1}");
        await cluster.JoinAsync();
        return cluster;
    }

    public async Task JoinAsync()
    {
        AtFar("meet", _lab.NearAddress, PortText);
        await Eventually.TrueAsync(() => Knows(AtFar("info")) && Knows(AtNear("info")));
    }

    /// <summary>Makes the far member answer with a redirection to the near one: MOVED, or ASK.</summary>
    public void Redirect(int slot, string redirection)
    {
        string near = AtNear("myid").Trim();
        if (redirection == "ASK")
        {
            AtNear("setslot", $"{slot}", "importing", AtFar("myid").Trim());
            AtFar("setslot", $"{slot}", "migrating", near);
            return;
        }

        AtNear("setslot", $"{slot}", "node", near);
        AtFar("setslot", $"{slot}", "node", near);
    }

    public void Dispose()
    {
        _far.Dispose();
        _near.Dispose();
    }

    private static bool Knows(string info) =>
        info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:2", StringComparison.Ordinal);

    private string AtFar(params string[] words) => RedisServer.Command(_lab.Far, ["-p", PortText, "cluster", .. words]);

    private string AtNear(params string[] words) => RedisServer.Command(_lab.Near, ["-p", PortText, "cluster", .. words]);
}
