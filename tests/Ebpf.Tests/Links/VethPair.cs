using System.Diagnostics;
using Hops.TestSupport;

namespace Ebpf.Tests.Links;

/// <summary>
/// Two ends of a cable: <c>veth0</c> (10.9.0.1) in the network of the calling thread, and the peer (10.9.0.2) in that of a process of our own. Make it in a
/// network namespace of its own (<see cref="TestThread.InNetworkNamespace"/>), which takes the interfaces with it.
/// </summary>
internal sealed class VethPair : IDisposable
{
    private readonly Process _peer;

    public VethPair()
    {
        Requires.Program("iproute2", "ip");
        // Says when it is in its namespace, then waits for its input to end.
        ProcessStartInfo start = new("unshare", ["--net", "sh", "-c", "echo ready; read end"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _peer = Process.Start(start)!;
        try
        {
            Assert.Equal("ready", _peer.StandardOutput.ReadLine());
            Command.Run("ip", "link", "add", "veth0", "type", "veth", "peer", "name", "veth1", "netns", $"{_peer.Id}");
            Command.Run("ip", "address", "add", "10.9.0.1/24", "dev", "veth0");
            Command.Run("ip", "link", "set", "veth0", "up");
            FromPeer("ip address add 10.9.0.2/24 dev veth1 && ip link set veth1 up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs a script of bash at the other end.</summary>
    public void FromPeer(string script) => Command.Run("nsenter", $"--net=/proc/{_peer.Id}/ns/net", "bash", "-c", script);

    public void Dispose()
    {
        _peer.StandardInput.Dispose();
        _peer.StandardOutput.Dispose();
        _peer.WaitForExit();
        _peer.Dispose();
    }
}
