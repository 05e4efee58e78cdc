namespace Hops.Cli.Tests.Guarding;

/// <summary>A way by which a page has a browser connect to a server that the page names.</summary>
/// <param name="Name">Its name, and the page's path.</param>
/// <param name="Html">The page, with <c>HOST</c> for the address and the port of the server.</param>
internal sealed record BrowserWay(string Name, string Html)
{
    /// <summary>Whether it sends datagrams, which a guard lets go to name servers only, however far a server is.</summary>
    public bool IsDatagram { get; init; }

    /// <summary>Whether the page is a redirect by the server instead.</summary>
    public bool IsRedirect { get; init; }

    public static readonly BrowserWay[] All =
    [
        // Navigations.
        new("redirect", "http://HOST/") { IsRedirect = true },
        new("refresh", "<meta http-equiv=refresh content='0; url=http://HOST/'>"),
        new("location", Script("location.href = 'http://HOST/'")),
        new("link", "<a id=a href='http://HOST/'>a</a>" + Script("document.getElementById('a').click()")),
        new("form", "<form id=f method=post action='http://HOST/'><input name=a value=b></form>" + Script("document.getElementById('f').submit()")),
        // Parts of the page.
        new("img", "<img src='http://HOST/'>"),
        new("iframe", "<iframe src='http://HOST/'></iframe>"),
        new("script", "<script src='http://HOST/'></script>"),
        new("stylesheet", "<link rel=stylesheet href='http://HOST/'>"),
        new("background", "<div style='width: 9px; height: 9px; background: url(http://HOST/)'></div>"),
        new("font", "<style>@font-face { font-family: f; src: url(http://HOST/) } p { font-family: f }</style><p>text</p>"),
        new("video", "<video src='http://HOST/' preload=auto></video>"),
        new("audio", "<audio src='http://HOST/' preload=auto></audio>"),
        new("object", "<object data='http://HOST/' type='image/png'></object>"),
        new("embed", "<embed src='http://HOST/' type='image/png'>"),
        // Hints.
        new("prefetch", "<link rel=prefetch href='http://HOST/'>"),
        new("preload", "<link rel=preload as=image href='http://HOST/'>"),
        new("modulepreload", "<link rel=modulepreload href='http://HOST/'>"),
        new("preconnect", "<link rel=preconnect href='https://HOST/'>"),
        // Scripts.
        new("fetch", Script("fetch('http://HOST/', { mode: 'no-cors' })")),
        new("xhr", Script("const x = new XMLHttpRequest(); x.open('GET', 'http://HOST/'); x.send()")),
        new("websocket", Script("new WebSocket('ws://HOST/')")),
        new("eventsource", Script("new EventSource('http://HOST/')")),
        new("beacon", Script("navigator.sendBeacon('http://HOST/', 'text')")),
        new("worker", Script("new Worker(URL.createObjectURL(new Blob([\"importScripts('http://HOST/')\"])))")),
        new("turn", Peer("turn:HOST?transport=tcp")),
        new("stun", Peer("stun:HOST")) { IsDatagram = true },
        new("webtransport", Script("new WebTransport('https://HOST/')")) { IsDatagram = true },
    ];

    private static string Script(string code) => $"<script>{code}</script>";

    private static string Peer(string server) => Script(
        $"const p = new RTCPeerConnection({{ iceServers: [{{ urls: '{server}', username: 'u', credential: 'c' }}] }});"
        + "p.createDataChannel('d'); p.createOffer().then(o => p.setLocalDescription(o))");
}
