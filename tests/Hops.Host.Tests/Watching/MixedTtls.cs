using Hops.Lab;

namespace Hops.Host.Tests.Watching;

/// <summary>Has each packet of TCP that leaves a namespace start with a TTL of its own, so that a TTL belongs to one packet and not to a connection.</summary>
internal static class MixedTtls
{
    public static readonly int[] All = [40, 47, 55, 64, 81, 99, 128, 140, 167, 201, 230, 255];

    public static void Set(NetworkNamespace at)
    {
        string chains = string.Concat(All.Select(static ttl => $"chain start{ttl} {{ ip ttl set {ttl}; ip6 hoplimit set {ttl}; }}\n"));
        string choice = string.Join(", ", All.Select(static (ttl, i) => $"{i} : jump start{ttl}"));
        NftRules.Apply(at, $$"""
            table inet mixed {
                {{chains}}
                chain output {
                    type filter hook output priority mangle
                    meta l4proto tcp numgen random mod {{All.Length}} vmap { {{choice}} }
                }
            }
            """);
    }
}
