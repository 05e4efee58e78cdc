using System.Net;
using Hops.Testing.Serving;

namespace Hops.Testing;

/// <summary>A connection that was made in a <see cref="FakeHopNetwork"/>, refused ones too: to see that nothing was sent.</summary>
public sealed class FakeHopConnection : IConnectionObserver
{
    private long _bytesSent;
    private volatile bool _isClosed;

    internal FakeHopConnection(IPAddress address, int port)
    {
        Address = address;
        Port = port;
    }

    /// <summary>Where it was made to.</summary>
    public IPAddress Address { get; }

    /// <summary>The port that it was made to: from 1 to 65,535.</summary>
    public int Port { get; }

    /// <summary>How many bytes the application sent, TLS and all.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Whether the application has closed it.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Such as <c>203.0.113.7 port 443, 517 bytes sent, closed</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Address} port {Port}, {BytesSent} bytes sent, {(IsClosed ? "closed" : "open")}");

    void IConnectionObserver.Sent(int bytes) => Interlocked.Add(ref _bytesSent, bytes);

    void IConnectionObserver.Closed() => _isClosed = true;
}
