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

public sealed class XdpLinkTests
{
    private const int UdpProtocol = 17;

    [Theory]
    [InlineData(XdpMode.Automatic)]
    [InlineData(XdpMode.Generic)]
    [InlineData(XdpMode.Driver)]
    public void A_program_counts_and_drops_what_an_interface_receives(XdpMode mode)
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using VethPair veth = new();
            using BpfMap<uint, ulong> dropped = Code.Counter();
            using BpfMap<uint, ulong> passed = Code.Counter();
            using BpfProgram drops = Code.Load(BpfProgramType.Xdp, OnUdp(dropped, XdpVerdict.Drop));
            using BpfProgram passes = Code.Load(BpfProgramType.Xdp, OnUdp(passed, XdpVerdict.Pass));
            using Socket receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            receiver.Bind(new IPEndPoint(IPAddress.Parse("10.9.0.1"), 7000));

            using BpfLink link = XdpLink.Attach(drops, "veth0", mode);
            veth.FromPeer("echo 1 >/dev/udp/10.9.0.1/7000");
            WaitFor(dropped, 1);
            Assert.False(receiver.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead));

            link.Update(passes);
            veth.FromPeer("echo 2 >/dev/udp/10.9.0.1/7000");
            Assert.Equal((byte)'2', TestSockets.ReceiveOne(receiver));
            Assert.Equal((1ul, 1ul), (dropped[0], passed[0]));

            link.Detach();
            veth.FromPeer("echo 3 >/dev/udp/10.9.0.1/7000");
            Assert.Equal((byte)'3', TestSockets.ReceiveOne(receiver));
            Assert.Equal((1ul, 1ul), (dropped[0], passed[0]));
            Assert.False(link.GetInfo().IsAttached);
            Assert.Contains("the link is detached", Assert.Throws<BpfException>(() => link.Update(drops)).Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Info_tells_the_interface_and_closing_frees_it()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using BpfProgram program = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass), BpfAttachType.Xdp, "pass");
            // The first interface of a new network is lo.
            using (BpfLink link = XdpLink.Attach(program, 1))
            {
                BpfLinkInfo info = link.GetInfo();
                Assert.Equal((BpfLinkType.Xdp, program.GetInfo().Id, BpfAttachType.Xdp, 1), (info.Type, info.ProgramId, info.AttachType, info.InterfaceIndex));
                Assert.Null(info.CgroupId);
                Assert.True(info.IsAttached);
                using BpfLink byId = BpfLink.OpenById(info.Id);
                Assert.Equal((BpfLinkType.Xdp, BpfAttachType.Xdp), (byId.Type, byId.AttachType));

                BpfException busy = Assert.Throws<BpfException>(() => XdpLink.Attach(program, "lo"));
                Assert.Equal(Errno.EBUSY, busy.Errno);
                Assert.StartsWith(
                    "Attaching the program 'pass' of type Xdp to lo failed: another XDP program is attached; an interface can have one",
                    busy.Message,
                    StringComparison.Ordinal);
            }

            XdpLink.Attach(program, "lo").Dispose();
        });
    }

    [Fact]
    public void A_pin_keeps_the_program_on_the_interface()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using BpfFileSystem pins = BpfFileSystem.Mount();
            using BpfProgram program = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));
            using (BpfLink link = XdpLink.Attach(program, "lo"))
            {
                link.Pin(pins.Pin("xdp"));
            }

            Assert.Equal(Errno.EBUSY, Assert.Throws<BpfException>(() => XdpLink.Attach(program, "lo")).Errno);
            using (BpfLink again = BpfLink.OpenPinned(pins.Pin("xdp")))
            {
                again.Detach();
            }

            // Detached, though the pin is still there.
            XdpLink.Attach(program, "lo").Dispose();
        });
    }

    [Fact]
    public void Interfaces_that_are_not_there_and_modes_that_cannot_be_are_explained()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using VethPair veth = new();
            using BpfProgram program = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));
            foreach (Action attach in (Action[])[() => XdpLink.Attach(program, "nowhere0"), () => XdpLink.Attach(program, 4711)])
            {
                BpfException missing = Assert.Throws<BpfException>(attach);
                Assert.Equal(Errno.ENODEV, missing.Errno);
                Assert.Contains("there is no such interface in this network namespace", missing.Message, StringComparison.Ordinal);
            }

            Assert.Contains(
                "XdpMode.Generic works with every interface",
                Assert.Throws<BpfException>(() => XdpLink.Attach(program, "lo", XdpMode.Driver)).Message,
                StringComparison.Ordinal);
            using BpfLink generic = XdpLink.Attach(program, "veth0", XdpMode.Generic);
            BpfException other = Assert.Throws<BpfException>(() => XdpLink.Attach(program, "veth0", XdpMode.Driver));
            Assert.Equal(Errno.EEXIST, other.Errno);
            Assert.Contains("in mode Driver failed: another XDP program is attached in another mode", other.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => XdpLink.Attach(program, 0));
        });
    }

    /// <summary>Counts UDP over IPv4 and returns the verdict for it; everything else (ARP, IPv6's own talk) passes.</summary>
    private static BpfCode OnUdp(BpfMap<uint, ulong> counter, int verdict)
    {
        Assembler asm = new();
        Label pass = asm.NewLabel("pass");
        asm.Load(R2, U32[R1 + XdpMd.Data]);
        asm.Load(R3, U32[R1 + XdpMd.DataEnd]);
        asm.Move(R4, R2);
        asm.Add(R4, 24);
        asm.JumpIf(R4 > R3, pass);
        asm.Load(R4, U16[R2 + 12]);
        asm.JumpIf(R4 != 0x0008, pass);
        asm.Load(R4, U8[R2 + 23]);
        asm.JumpIf(R4 != UdpProtocol, pass);
        Code.AppendCount(asm, counter);
        asm.Move(R0, verdict);
        asm.Exit();
        asm.Mark(pass);
        asm.Move(R0, XdpVerdict.Pass);
        asm.Exit();
        return asm.Assemble();
    }

    private static void WaitFor(BpfMap<uint, ulong> counter, ulong count) =>
        Assert.True(SpinWait.SpinUntil(() => counter[0] == count, TimeSpan.FromSeconds(10)), $"{counter[0]} instead of {count}");
}
