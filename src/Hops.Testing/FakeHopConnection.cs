using System.Net;
using Hops.Testing.Serving;

namespace Hops.Testing;

/// <summary>
/// Represents a connection in a <see cref="FakeHopNetwork"/>, including those that the guard refused, so that a test can assert that nothing was sent.
/// </summary>
public sealed class FakeHopConnection : IConnectionObserver
{
    private long _bytesSent;
    private volatile bool _isClosed;

    internal FakeHopConnection(IPAddress address, int port)
    {
        Address = address;
        Port = port;
    }

    /// <summary>Gets the address of the server.</summary>
    public IPAddress Address { get; }

    /// <summary>Gets the port of the server: from 1 to 65,535.</summary>
    public int Port { get; }

    /// <summary>Gets the number of bytes that the application sent, including those of TLS.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Gets whether the application has closed the connection.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Returns a text such as <c>203.0.113.7 port 443, 517 bytes sent, closed</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Address} port {Port}, {BytesSent} bytes sent, {(IsClosed ? "closed" : "open")}");

    void IConnectionObserver.Sent(int bytes) => Interlocked.Add(ref _bytesSent, bytes);

    void IConnectionObserver.Closed() => _isClosed = true;
}
