using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hops.Cli.Tests.Guarding;

/// <summary>
/// A far web server with a page for each <see cref="BrowserWay"/> and each place that it leads to, and one that has them all in frames; and at each of these
/// places a server for each way, so that it is known by which way bytes came.
/// </summary>
internal sealed class BrowserPages
{
    private const int Port = 18000;
    private const int FirstOfTargets = 18100;
    private const int Here = -1;
    private const string Hold = "/hold";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // For what comes late.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    private readonly string _host;
    private readonly (string Name, string Host, RealProgramsServer[] Servers)[] _places;
    private readonly Dictionary<(string Place, string Way), long> _before = [];
    private Func<bool> _isDone = static () => true;

    public BrowserPages(RealProgramsLab lab, AddressFamily family)
    {
        bool isIpv4 = family == AddressFamily.InterNetwork;
        int port = isIpv4 ? Port : Port + 1;
        _host = HostOf(lab.Network.AddressAt(RealProgramsLab.Far, family));
        Url = $"http://{_host}:{port}/";
        int first = isIpv4 ? FirstOfTargets : FirstOfTargets + 500;
        _places =
        [
            ("near", HostOf(lab.Network.AddressAt(RealProgramsLab.Near, family)), Serve(lab, RealProgramsLab.Near, first)),
            ("far", _host, Serve(lab, RealProgramsLab.Far, first)),
            ("loopback", HostOf(isIpv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback), Serve(lab, Here, first)),
            .. isIpv4
                ? [("metadata", "169.254.169.254", Serve(lab, RealProgramsLab.Near, first + 100))]
                : Array.Empty<(string, string, RealProgramsServer[])>(),
        ];
        lab.Serve(RealProgramsLab.Far, port, AnswerAsync);
    }

    /// <summary>The page with all of them.</summary>
    public string Url { get; }

    /// <summary>Begins a visit, which lasts until bytes have come by all ways to some places, and a little longer.</summary>
    public void Begin(IEnumerable<(string Place, BrowserWay Way)> awaited)
    {
        (string Place, BrowserWay Way)[] all = [.. awaited];
        foreach ((string place, _, RealProgramsServer[] servers) in _places)
        {
            for (int i = 0; i < servers.Length; i++)
            {
                _before[(place, BrowserWay.All[i].Name)] = servers[i].Bytes;
            }
        }

        _isDone = () => all.All(one => BytesOf(one.Place, one.Way) > 0);
    }

    /// <summary>The places that there are.</summary>
    public IEnumerable<string> Places => _places.Select(static place => place.Name);

    /// <summary>The number of bytes that came since the visit began.</summary>
    public long BytesOf(string place, BrowserWay way) =>
        _places.Single(one => one.Name == place).Servers[Array.IndexOf(BrowserWay.All, way)].Bytes - _before[(place, way.Name)];

    private static RealProgramsServer[] Serve(RealProgramsLab lab, int distance, int first) =>
        [.. BrowserWay.All.Select((_, i) => lab.Serve(distance, first + i, static _ => Task.FromResult(RealProgramsServer.Page("", "text/html"))))];

    private static string HostOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    private async Task<byte[]> AnswerAsync(string path)
    {
        if (path == Hold)
        {
            long start = Environment.TickCount64;
            while (!_isDone() && Environment.TickCount64 - start < Patience.TotalMilliseconds)
            {
                await Task.Delay(20);
            }

            await Task.Delay(Rest);
            return RealProgramsServer.NotFound();
        }

        if (path == "/")
        {
            return RealProgramsServer.Page(Index(), "text/html");
        }

        if (path.Split('/') is not ["", var wayName, var placeName] || _places.All(place => place.Name != placeName))
        {
            return RealProgramsServer.NotFound();
        }

        BrowserWay way = BrowserWay.All.Single(one => one.Name == wayName);
        (_, string host, RealProgramsServer[] servers) = _places.Single(place => place.Name == placeName);
        string html = way.Html.Replace("HOST", $"{host}:{servers[Array.IndexOf(BrowserWay.All, way)].Port}", StringComparison.Ordinal);
        return way.IsRedirect ? RealProgramsServer.Redirect(html) : RealProgramsServer.Page($"<!doctype html><body>{html}</body>", "text/html");
    }

    private string Index()
    {
        // The image keeps the browser from having loaded the page.
        StringBuilder page = new($"<!doctype html><title>all ways</title><img src='{Hold}'>");
        foreach (BrowserWay way in BrowserWay.All)
        {
            foreach ((string place, _, _) in _places)
            {
                page.Append(System.Globalization.CultureInfo.InvariantCulture, $"<iframe src='/{way.Name}/{place}'></iframe>");
            }
        }

        return page.ToString();
    }
}
