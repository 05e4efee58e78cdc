using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Links;

public sealed class CgroupLinkTests
{
    private const int NetAdmin = 12;
    private const int Bpf = 39;

    [Theory]
    [InlineData(BpfAttachType.CgroupEgress)]
    [InlineData(BpfAttachType.CgroupIngress)]
    public void A_packet_program_counts_what_the_cgroup_sends_or_receives_and_nobody_elses(BpfAttachType direction)
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfMap<uint, ulong> counter = Code.Counter();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.CountAndReturn(counter, 1));
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path, direction);
        using Echo echo = new();
        Assert.Equal("!", echo.Ask(cgroup));
        Assert.Equal(1ul, counter[0]);
        link.Dispose();
        Assert.Equal("!", echo.Ask(cgroup));
        Assert.Equal(1ul, counter[0]);
    }

    [Fact]
    public void An_ingress_program_that_returns_0_drops()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(0));
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path, BpfAttachType.CgroupIngress);
        using Echo echo = new();
        Assert.Equal("", echo.Ask(cgroup, patience: 0.3));
        link.Detach();
        Assert.Equal("!", echo.Ask(cgroup));
        Assert.False(link.GetInfo().IsAttached);
    }

    [Fact]
    public void An_egress_program_that_returns_0_refuses_the_sender()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(0), BpfAttachType.CgroupEgress);
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path);
        Assert.Equal(BpfAttachType.CgroupEgress, link.AttachType);
        Assert.Contains("Operation not permitted", cgroup.Run("echo x >/dev/udp/127.0.0.1/9"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connect_program_that_returns_0_refuses_the_connection()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string connect = $"exec 3<>/dev/tcp/127.0.0.1/{((IPEndPoint)listener.LocalEndpoint).Port} && echo connected";
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(0), BpfAttachType.CgroupConnect4);
        using (CgroupLink.Attach(program, cgroup.Path))
        {
            Assert.Contains("Operation not permitted", cgroup.Run(connect), StringComparison.Ordinal);
        }

        Assert.Equal("connected", cgroup.Run(connect));
    }

    [Fact]
    public void A_connect_program_sends_the_connection_elsewhere()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assembler asm = new();
        asm.Store(U32[R10 - 8], IPAddress.HostToNetworkOrder(0x7f000001));
        asm.Load(R2, U32[R10 - 8]);
        asm.Store(U32[R1 + SockAddr.UserIp4], R2);
        asm.Move(R2, (ushort)IPAddress.HostToNetworkOrder((short)port));
        asm.Store(U32[R1 + SockAddr.UserPort], R2);
        asm.Move(R0, 1);
        asm.Exit();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSockAddr, asm.Assemble(), BpfAttachType.CgroupConnect4);
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path);
        // A documentation address (RFC 5737), which does not answer.
        Assert.Equal("connected", cgroup.Run("exec 3<>/dev/tcp/192.0.2.1/1 && echo connected"));
        Assert.True(listener.Pending());
    }

    [Fact]
    public void A_sock_ops_program_sees_a_connection_being_made()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using BpfMap<uint, uint> seen = BpfMap.Create<uint, uint>(BpfMapType.Hash, 64);
        // seen[operation] = the peer's port
        Assembler asm = new();
        asm.Load(R2, U32[R1 + SockOps.Operation]);
        asm.Store(U32[R10 - 4], R2);
        asm.Load(R2, U32[R1 + SockOps.RemotePort]);
        asm.Store(U32[R10 - 8], R2);
        asm.LoadMap(R1, seen);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Move(R3, R10);
        asm.Add(R3, -8);
        asm.Move(R4, 0);
        asm.Call(Helper.MapUpdateElement);
        asm.Move(R0, 1);
        asm.Exit();
        using BpfProgram program = Code.Load(BpfProgramType.SockOps, asm.Assemble());
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path);
        Assert.Equal("", cgroup.Run($"exec 3<>/dev/tcp/127.0.0.1/{port}"));
        Assert.True(seen.TryGetValue(SockOpsEvent.Connecting, out uint remote));
        Assert.Equal((uint)IPAddress.HostToNetworkOrder((short)port) & 0xffff, remote >> 16);
        uint[] events = [.. seen.Entries.Select(static e => e.Key)];
        Assert.Contains((uint)SockOpsEvent.ActiveEstablished, events);
        Assert.DoesNotContain((uint)SockOpsEvent.PassiveEstablished, events);
    }

    [Fact]
    public void An_update_swaps_the_program_and_misses_nothing()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfMap<uint, ulong> odd = Code.Counter();
        using BpfMap<uint, ulong> even = Code.Counter();
        using BpfProgram first = Code.Load(BpfProgramType.CgroupSkb, Code.CountAndReturn(odd, 1));
        using BpfProgram second = Code.Load(BpfProgramType.CgroupSkb, Code.CountAndReturn(even, 1));
        using BpfLink link = CgroupLink.Attach(first, cgroup.Path, BpfAttachType.CgroupEgress);
        const int Packets = 2000;
        using Process sender = cgroup.Start($"exec 3<>/dev/udp/127.0.0.1/9; for ((i = 0; i < {Packets}; i++)); do echo x >&3; done; echo end");
        int updates = 0;
        while (!sender.HasExited)
        {
            link.Update(updates++ % 2 == 0 ? second : first);
        }

        // No server listens on port 9: half of the writes may report that instead of sending.
        string output = TemporaryCgroup.OutputOf(sender);
        Assert.EndsWith("end", output, StringComparison.Ordinal);
        int refused = output.Split('\n').Count(static l => l.Contains("refused", StringComparison.Ordinal));
        Assert.Equal((ulong)(Packets - refused), odd[0] + even[0]);
        Assert.True(odd[0] > 0 && even[0] > 0, $"{odd[0]} and {even[0]} in {updates} updates");
    }

    [Fact]
    public void A_pin_keeps_the_program_attached_when_the_descriptor_is_gone()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfMap<uint, ulong> counter = Code.Counter();
        using Echo echo = new();
        uint id;
        using (BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.CountAndReturn(counter, 1)))
        using (BpfLink link = CgroupLink.Attach(program, cgroup.Path, BpfAttachType.CgroupEgress))
        {
            link.Pin(pins.Pin("egress"));
            id = link.GetInfo().Id;
        }

        echo.Ask(cgroup);
        Assert.Equal(1ul, counter[0]);
        using (BpfLink again = BpfLink.OpenPinned(pins.Pin("egress")))
        {
            Assert.Equal(id, again.GetInfo().Id);
            Assert.Equal(BpfLinkType.Cgroup, again.Type);
            Assert.Equal(BpfAttachType.CgroupEgress, again.AttachType);
            Assert.Contains(
                "what is pinned there is a link",
                Assert.Throws<BpfException>(() => BpfProgram.OpenPinned(pins.Pin("egress"), BpfProgramType.CgroupSkb)).Message,
                StringComparison.Ordinal);
        }

        File.Delete(pins.Pin("egress"));
        // The kernel lets go of what a deleted pin held a moment later, after an RCU grace period.
        BpfException? gone = null;
        for (int attempt = 0; gone is null && attempt < 250; attempt++)
        {
            Thread.Sleep(20);
            gone = Record.Exception(() => BpfLink.OpenById(id).Dispose()) as BpfException;
        }

        Assert.Equal($"Opening link {id} failed: there is no link with that id (bpf(BPF_LINK_GET_FD_BY_ID): ENOENT)", gone?.Message);
        echo.Ask(cgroup);
        Assert.Equal(1ul, counter[0]);
    }

    [Fact]
    public void Info_and_query_tell_what_is_attached_where()
    {
        Requires.Root();
        using TemporaryCgroup parent = TemporaryCgroup.Create();
        using TemporaryCgroup child = TemporaryCgroup.Create(parent);
        using BpfProgram first = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1));
        using BpfProgram second = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1));
        uint[] ids = [first.GetInfo().Id, second.GetInfo().Id];
        using BpfLink above = CgroupLink.Attach(first, parent.Path, BpfAttachType.CgroupIngress);
        using BpfLink below = CgroupLink.Attach(second, child.Path, BpfAttachType.CgroupIngress);

        BpfLinkInfo info = below.GetInfo();
        Assert.Equal((BpfLinkType.Cgroup, ids[1], BpfAttachType.CgroupIngress, true), (info.Type, info.ProgramId, info.AttachType, info.IsAttached));
        Assert.Null(info.InterfaceIndex);
        Assert.NotEqual(above.GetInfo().CgroupId, info.CgroupId);
        using (BpfLink byId = BpfLink.OpenById(info.Id))
        {
            Assert.Equal(info, byId.GetInfo());
        }

        CgroupPrograms own = CgroupPrograms.Query(child.Path, BpfAttachType.CgroupIngress);
        Assert.Equal([ids[1]], own.ProgramIds);
        Assert.Equal(CgroupAttachFlags.AllowMultiple, own.Flags);
        IReadOnlyList<uint> all = CgroupPrograms.Query(child.Path, BpfAttachType.CgroupIngress, effective: true).ProgramIds;
        Assert.Equal(ids.Order(), all.Where(ids.Contains).Order());
        Assert.Empty(CgroupPrograms.Query(child.Path, BpfAttachType.CgroupEgress).ProgramIds);
        below.Detach();
        Assert.Empty(CgroupPrograms.Query(child.Path, BpfAttachType.CgroupIngress).ProgramIds);
        Assert.Equal(0ul, below.GetInfo().CgroupId);
        Assert.Equal(Errno.ENOLINK, Assert.Throws<BpfException>(() => below.Update(first)).Errno);
        below.Detach();
    }

    [Fact]
    public void More_programs_than_the_first_buffer_holds_are_all_told()
    {
        Requires.Root();
        using TemporaryCgroup parent = TemporaryCgroup.Create();
        using TemporaryCgroup child = TemporaryCgroup.Create(parent);
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1));
        List<BpfLink> links = [];
        try
        {
            // 64 is as many as a cgroup takes.
            for (int i = 0; i < 64; i++)
            {
                links.Add(CgroupLink.Attach(program, parent.Path, BpfAttachType.CgroupIngress));
                links.Add(CgroupLink.Attach(program, child.Path, BpfAttachType.CgroupIngress));
            }

            Assert.Equal(64, CgroupPrograms.Query(child.Path, BpfAttachType.CgroupIngress).ProgramIds.Count);
            uint id = program.GetInfo().Id;
            Assert.Equal(128, CgroupPrograms.Query(child.Path, BpfAttachType.CgroupIngress, effective: true).ProgramIds.Count(i => i == id));
            BpfException full = Assert.Throws<BpfException>(() => CgroupLink.Attach(program, child.Path, BpfAttachType.CgroupIngress));
            Assert.Contains("64 programs are attached there already", full.Message, StringComparison.Ordinal);
        }
        finally
        {
            links.ForEach(static l => l.Dispose());
        }
    }

    [Fact]
    public void A_folder_that_is_no_cgroup_of_version_2_is_named()
    {
        Requires.Root();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1), name: "pass");
        string missing = $"{TemporaryCgroup.Root}/no-such-cgroup";
        string start = "Attaching the program 'pass' of type CgroupSkb to the cgroup ";
        Assert.Equal($"{start}{missing} (CgroupIngress) failed: there is no folder {missing} (open: ENOENT)", Refusal(missing));
        Assert.Contains(
            $"/tmp is not a cgroup; it must be a folder of the hierarchy of version 2; that hierarchy is mounted at {TemporaryCgroup.Root} here",
            Refusal("/tmp"),
            StringComparison.Ordinal);
        if (Mounts.OfType("cgroup").FirstOrDefault() is { } version1)
        {
            Assert.Contains($"{version1} is a cgroup of version 1, and programs attach to version 2", Refusal(version1), StringComparison.Ordinal);
        }

        Assert.Contains(
            "not a cgroup", Assert.Throws<BpfException>(() => CgroupPrograms.Query("/tmp", BpfAttachType.CgroupIngress)).Message, StringComparison.Ordinal);

        string Refusal(string path) => Assert.Throws<BpfException>(() => CgroupLink.Attach(program, path, BpfAttachType.CgroupIngress)).Message;
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_what_does()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram packets = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1));
        using BpfProgram connects = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1), BpfAttachType.CgroupConnect4);
        using BpfProgram filter = Code.Load(BpfProgramType.SocketFilter, Code.Return(1));
        using BpfProgram xdp = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));

        Assert.Contains(
            "The attach type is missing. This is a program of type CgroupSkb; it attaches to a cgroup with CgroupIngress or CgroupEgress.",
            Refusal(packets, null),
            StringComparison.Ordinal);
        Assert.Contains(
            "CgroupConnect4 takes programs of type CgroupSockAddr. "
            + "This is a program of type CgroupSkb; it attaches to a cgroup with CgroupIngress or CgroupEgress.",
            Refusal(packets, BpfAttachType.CgroupConnect4),
            StringComparison.Ordinal);
        Assert.Contains(
            "loaded for CgroupConnect4 and cannot attach with CgroupConnect6", Refusal(connects, BpfAttachType.CgroupConnect6), StringComparison.Ordinal);
        Assert.Contains("it attaches to a socket", Refusal(filter, BpfAttachType.CgroupIngress), StringComparison.Ordinal);
        Assert.Contains("it attaches to a network interface", Refusal(xdp, null), StringComparison.Ordinal);
        Assert.Contains(
            "A network interface takes programs of type Xdp",
            Assert.Throws<ArgumentException>(() => XdpLink.Attach(packets, "lo")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CgroupPrograms.Query(cgroup.Path, BpfAttachType.Xdp));

        using BpfLink link = CgroupLink.Attach(packets, cgroup.Path, BpfAttachType.CgroupIngress);
        Assert.Contains(
            "CgroupIngress takes programs of type CgroupSkb", Assert.Throws<ArgumentException>(() => link.Update(connects)).Message, StringComparison.Ordinal);

        string Refusal(BpfProgram program, BpfAttachType? type) =>
            Assert.Throws<ArgumentException>(() => CgroupLink.Attach(program, cgroup.Path, type)).Message;
    }

    [Fact]
    public void The_kernels_own_refusal_of_an_opened_program_is_explained()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram connects = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1), BpfAttachType.CgroupConnect4);
        // The kernel does not tell for which event an opened program was loaded.
        using BpfProgram opened = BpfProgram.OpenById(connects.GetInfo().Id);
        Assert.Null(opened.ExpectedAttachType);
        BpfException refusal = Assert.Throws<BpfException>(() => CgroupLink.Attach(opened, cgroup.Path, BpfAttachType.CgroupBind4));
        Assert.Equal(Errno.EINVAL, refusal.Errno);
        Assert.Contains("the program was loaded for another event", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_missing_capability_is_named()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram packets = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1));
        TestThread.WithCapabilities(1ul << Bpf, () =>
        {
            Assert.Contains(
                "needs CAP_NET_ADMIN: run as root",
                Assert.Throws<BpfException>(() => CgroupLink.Attach(packets, cgroup.Path, BpfAttachType.CgroupIngress)).Message,
                StringComparison.Ordinal);
            Assert.Contains(
                "needs CAP_NET_ADMIN: run as root",
                Assert.Throws<BpfException>(() => Code.Load(BpfProgramType.SockOps, Code.Return(1))).Message,
                StringComparison.Ordinal);
            Assert.Contains("needs CAP_SYS_ADMIN: run as root", Assert.Throws<BpfException>(() => BpfProgram.OpenById(1)).Message, StringComparison.Ordinal);
            Assert.Contains("needs CAP_SYS_ADMIN: run as root", Assert.Throws<BpfException>(() => BpfLink.OpenById(1)).Message, StringComparison.Ordinal);
            Assert.Contains("needs CAP_SYS_ADMIN: run as root", Assert.Throws<BpfException>(BpfStatistics.Enable).Message, StringComparison.Ordinal);
            Code.Load(BpfProgramType.CgroupSkb, Code.Return(1)).Dispose();
        });
        TestThread.WithoutCapabilities(static () =>
            Assert.Contains(
                "needs CAP_BPF and CAP_NET_ADMIN: run as root, or give the process those capabilities "
                + "(systemd: AmbientCapabilities=CAP_BPF CAP_NET_ADMIN; containers: --cap-add BPF --cap-add NET_ADMIN)",
                Assert.Throws<BpfException>(static () => Code.Load(BpfProgramType.Xdp, Code.Return(2))).Message,
                StringComparison.Ordinal));
        TestThread.WithCapabilities((1ul << Bpf) | (1ul << NetAdmin), () =>
        {
            using BpfProgram connects = Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1), BpfAttachType.CgroupConnect4);
            CgroupLink.Attach(connects, cgroup.Path).Dispose();
        });
    }

    /// <summary>A server on loopback that answers a datagram.</summary>
    private sealed class Echo : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        private readonly byte[] _buffer = new byte[64];

        public Echo() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        /// <summary>Has a process of the cgroup ask, and tells what answer came to it, if any.</summary>
        public string Ask(TemporaryCgroup cgroup, double patience = 10)
        {
            using Process client = cgroup.Start(
                $"exec 3<>/dev/udp/127.0.0.1/{((IPEndPoint)_socket.LocalEndPoint!).Port}; echo question >&3; read -N 1 -t {patience} answer <&3; echo $answer");
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            Assert.True(_socket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
            _socket.ReceiveFrom(_buffer, ref from);
            _socket.SendTo("!"u8, from);
            return TemporaryCgroup.OutputOf(client);
        }

        public void Dispose() => _socket.Dispose();
    }
}
