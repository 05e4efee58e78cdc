using System.Net;
using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Benchmarks.CgroupThreads;
using Hops.Guard;
using Hops.Host.Guarding;

namespace Hops.Benchmarks.Guarding;

/// <summary>
/// A guard of a control group, which can be detached. (Outside benchmarks, the guard of a running program stays until its group is removed.)
/// </summary>
internal sealed class AttachedGuard : IAttached
{
    private static readonly BpfAttachType[] Events =
    [
        BpfAttachType.CgroupIngress, BpfAttachType.CgroupEgress, BpfAttachType.CgroupConnect4, BpfAttachType.CgroupConnect6,
        BpfAttachType.CgroupSendMessage4, BpfAttachType.CgroupSendMessage6, BpfAttachType.CgroupSocketCreate,
    ];

    private readonly string _cgroup;
    private readonly IPAddress _server;
    private readonly HostGuard _guard;
    private readonly List<(BpfProgram Program, BpfAttachType Event)> _programs;
    private bool _isAttached = true;

    /// <param name="cgroup">Its folder.</param>
    /// <param name="policy">Of the guard.</param>
    /// <param name="server">An address whose servers appear to be far away, unless a socket sets another TTL.</param>
    public AttachedGuard(string cgroup, HopGuardOptions policy, IPAddress server)
    {
        (_cgroup, _server) = (cgroup, server);
        _guard = HostGuard.Start(new() { Cgroup = cgroup, Policy = policy });
        _programs =
        [
            .. from type in Events
               from id in CgroupPrograms.Query(cgroup, type).ProgramIds
               select (BpfProgram.OpenById(id), type),
        ];
    }

    public int? MostConnections => null;

    /// <summary>Detaches all programs, or attaches them again.</summary>
    public void Attach(bool isWanted)
    {
        if (_isAttached == isWanted)
        {
            return;
        }

        foreach ((BpfProgram program, BpfAttachType type) in _programs)
        {
            if (isWanted)
            {
                CgroupAttachment.Attach(program, _cgroup, type);
            }
            else
            {
                CgroupAttachment.Detach(program, _cgroup, type);
            }
        }

        _isAttached = isWanted;
    }

    /// <summary>Checks that the calling thread, which is guarded, cannot connect to a near server.</summary>
    public void Prove(int connections)
    {
        using Socket near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        near.Ttl = 64;
        near.Bind(new IPEndPoint(_server, 0));
        near.Listen();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(near.LocalEndPoint!);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionAborted)
        {
            return;
        }

        throw new InvalidOperationException("The guard does not refuse a near server.");
    }

    public void Dispose()
    {
        Attach(false);
        _programs.ForEach(static attached => attached.Program.Dispose());
        _guard.Dispose();
    }
}
