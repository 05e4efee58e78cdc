using System.Collections.Immutable;
using Yarp.ReverseProxy.Configuration;

namespace UserProxy;

/// <summary>Holds the destinations that users have set, each under its name: <c>/shop/…</c> goes to <c>https://shop.example/…</c>.</summary>
internal sealed class Destinations(InMemoryConfigProvider configuration)
{
    private readonly Lock _lock = new();
    private ImmutableSortedDictionary<string, string> _all = ImmutableSortedDictionary<string, string>.Empty;

    /// <returns>
    /// Whether the destination is valid. Its address is not checked here: the guard does so at each connection, because a name may later resolve to another
    /// address.
    /// </returns>
    public bool TrySet(string name, string destination)
    {
        if (!name.All(char.IsAsciiLetterOrDigit)
            || !Uri.TryCreate(destination, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0)
        {
            return false;
        }

        lock (_lock)
        {
            _all = _all.SetItem(name, uri.AbsoluteUri);
            configuration.Update([.. _all.Keys.Select(Route)], [.. _all.Select(static pair => Cluster(pair.Key, pair.Value))]);
        }

        return true;
    }

    private static RouteConfig Route(string name) => new()
    {
        RouteId = name,
        ClusterId = name,
        Match = new RouteMatch { Path = $"/{name}/{{**rest}}" },
        Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = $"/{name}" }],
    };

    private static ClusterConfig Cluster(string name, string destination) => new()
    {
        ClusterId = name,
        Destinations = new Dictionary<string, DestinationConfig> { ["only"] = new() { Address = destination } },
    };
}
