using System.Diagnostics;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Has each packet of TCP that leaves a namespace start with a TTL of its own, so that a TTL belongs to one packet and not to a connection.</summary>
internal static class MixedTtls
{
    public static readonly int[] All = [40, 47, 55, 64, 81, 99, 128, 140, 167, 201, 230, 255];

    public static void Set(NetworkNamespace at)
    {
        string chains = string.Concat(All.Select(static ttl => $"chain start{ttl} {{ ip ttl set {ttl}; ip6 hoplimit set {ttl}; }}\n"));
        string choice = string.Join(", ", All.Select(static (ttl, i) => $"{i} : jump start{ttl}"));
        Apply(at, $$"""
            table inet mixed {
                {{chains}}
                chain output {
                    type filter hook output priority mangle
                    meta l4proto tcp numgen random mod {{All.Length}} vmap { {{choice}} }
                }
            }
            """);
    }

    /// <summary>Has nft carry out commands in a namespace.</summary>
    public static void Apply(NetworkNamespace at, string commands)
    {
        ProcessStartInfo start = new(Requires.Program("nftables", "nft"), ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using Process nft = at.Run(() => Process.Start(start)!);
        using (StreamWriter input = nft.StandardInput)
        {
            input.Write(commands);
        }

        using StreamReader errors = nft.StandardError;
        string said = errors.ReadToEnd();
        nft.WaitForExit();
        Assert.True(nft.ExitCode == 0, said);
    }
}
