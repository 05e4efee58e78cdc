using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Ebpf.Tests.TypeInformation;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Maps;

public sealed class BpfSocketStorageTests
{
    private const ulong CreateIfMissing = 1;

    [Fact]
    public void The_application_writes_reads_and_removes_the_value_of_a_socket()
    {
        Requires.Root();
        using BpfSocketStorage<Pair> storage = BpfMap.CreateSocketStorage<Pair>("pairs");
        using Socket socket = Udp();
        using Socket other = Udp();
        Assert.False(storage.TryGetValue(socket, out _));
        Assert.False(storage.TryReplace(socket, new(1, 2)));
        Assert.True(storage.TryAdd(socket, new(3, 4)));
        Assert.False(storage.TryAdd(socket, new(5, 6)));
        Assert.Equal(new Pair(3, 4), storage[socket]);
        Assert.True(storage.TryReplace(socket, new(7, 8)));
        storage[other] = new(9, 10);
        Assert.Equal((new Pair(7, 8), new Pair(9, 10)), (storage[socket], storage[other]));
        Assert.True(storage.Remove(socket));
        Assert.False(storage.Remove(socket));
        Assert.Equal(
            "This socket has no value in the map 'pairs' of type SocketStorage.",
            Assert.Throws<KeyNotFoundException>(() => storage[socket]).Message);
        Assert.Equal(new Pair(9, 10), storage[other]);
    }

    [Fact]
    public void A_program_counts_packets_in_the_storage_of_the_sockets_that_send_them()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfSocketStorage<ulong> counts = BpfMap.CreateSocketStorage<ulong>("sent");
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, CountPerSocket(counts));
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path, BpfAttachType.CgroupEgress);
        using Socket receiver = Udp();
        using Socket outside = Udp();
        using Socket first = UdpIn(cgroup);
        using Socket second = UdpIn(cgroup);
        using Socket silent = UdpIn(cgroup);
        for (int i = 0; i < 5; i++)
        {
            first.SendTo("x"u8, receiver.LocalEndPoint!);
        }

        second.SendTo("x"u8, receiver.LocalEndPoint!);
        outside.SendTo("x"u8, receiver.LocalEndPoint!);
        Assert.Equal((5ul, 1ul), (counts[first], counts[second]));
        Assert.False(counts.TryGetValue(silent, out _));
        Assert.False(counts.TryGetValue(receiver, out _));
        Assert.False(counts.TryGetValue(outside, out _));
        counts[first] = 100;
        first.SendTo("x"u8, receiver.LocalEndPoint!);
        Assert.Equal(101ul, counts[first]);
    }

    /// <summary>Many processors at a time: atomic additions lose none.</summary>
    [Fact]
    public async Task No_packet_of_a_socket_is_lost_when_threads_send_at_a_time()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfSocketStorage<ulong> counts = BpfMap.CreateSocketStorage<ulong>();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, CountPerSocket(counts));
        using BpfLink link = CgroupLink.Attach(program, cgroup.Path, BpfAttachType.CgroupEgress);
        using Socket receiver = Udp();
        using Socket sender = UdpIn(cgroup);
        // If two programs make a socket's value at the same time, one of them gets none.
        sender.SendTo("x"u8, receiver.LocalEndPoint!);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    sender.SendTo("x"u8, receiver.LocalEndPoint!);
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(4001ul, counts[sender]);
    }

    [Fact]
    public void A_socket_that_is_closed_leaves_nothing_behind()
    {
        Requires.Root();
        using BpfSocketStorage<ulong> storage = BpfMap.CreateSocketStorage<ulong>();
        Socket closed = Udp();
        nint descriptor = closed.Handle;
        storage[closed] = 1;
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => storage.TryGetValue(closed, out _));
        // The kernel gives the lowest free number: the same one, and another socket.
        using Socket next = Udp();
        Assert.Equal(descriptor, next.Handle);
        Assert.False(storage.TryGetValue(next, out _));
    }

    [Fact]
    public void An_accepted_socket_begins_with_a_copy_of_the_listeners_value()
    {
        Requires.Root();
        using BpfSocketStorage<ulong> copied = BpfMap.CreateSocketStorage<ulong>(flags: BpfMapFlags.CloneToAccepted);
        using BpfSocketStorage<ulong> kept = BpfMap.CreateSocketStorage<ulong>();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        copied[listener.Server] = 7;
        kept[listener.Server] = 8;
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket accepted = listener.AcceptSocket();
        Assert.Equal(7ul, copied[accepted]);
        copied[accepted] = 9;
        Assert.Equal(7ul, copied[listener.Server]);
        Assert.False(kept.TryGetValue(accepted, out _));
        Assert.Equal(BpfMapFlags.NoPreallocation | BpfMapFlags.CloneToAccepted, copied.GetInfo().Flags);
    }

    [Fact]
    public void Opening_with_values_of_another_size_is_refused_with_both()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfSocketStorage<ulong> storage = BpfMap.CreateSocketStorage<ulong>();
        using Socket socket = Udp();
        storage[socket] = 5;
        storage.Pin(pins.Pin("storage"));
        using (BpfSocketStorage<long> again = BpfMap.OpenPinnedSocketStorage<long>(pins.Pin("storage")))
        using (BpfSocketStorage<ulong> byId = BpfMap.OpenByIdSocketStorage<ulong>(storage.GetInfo().Id))
        {
            Assert.Equal((5L, 5ul), (again[socket], byId[socket]));
        }

        Assert.Contains(
            "it is of type SocketStorage with 4 bytes a key and 8 bytes a value, "
            + "and this BpfSocketStorage needs type SocketStorage with 4 bytes a key and 4 bytes a value",
            Assert.Throws<BpfException>(() => BpfMap.OpenPinnedSocketStorage<int>(pins.Pin("storage"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "make it with BpfMap.CreateSocketStorage",
            Assert.Throws<ArgumentException>(() => BpfMap.Create<int, ulong>(BpfMapType.SocketStorage, 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_no_socket_can_hold_are_refused()
    {
        Requires.Root();
        Assert.Equal(Errno.E2BIG, Assert.Throws<BpfException>(() => BpfMap.CreateSocketStorage<Huge>()).Errno);
        using Socket socket = Udp();
        List<BpfSocketStorage<Large>> maps = [];
        try
        {
            BpfException? full = null;
            // net.core.optmem_max is 20 KiB to 128 KiB by default, and may be more.
            while (full is null && maps.Count < 100)
            {
                maps.Add(BpfMap.CreateSocketStorage<Large>("large"));
                full = Record.Exception(() => maps[^1].TryAdd(socket, default)) as BpfException;
            }

            Assert.Contains(
                "the socket's memory for options and values has no room (net.core.optmem_max)", full?.Message ?? "", StringComparison.Ordinal);
        }
        finally
        {
            maps.ForEach(static map => map.Dispose());
        }
    }

    [Fact]
    public void What_a_map_is_made_with_takes_CAP_BPF_and_no_other()
    {
        TestThread.WithCapabilities(1ul << (int)Capability.Bpf, static () =>
        {
            using BpfSocketStorage<ulong> storage = BpfMap.CreateSocketStorage<ulong>();
            using Socket socket = Udp();
            storage[socket] = 1;
            Assert.Equal(1ul, storage[socket]);
        });
        TestThread.WithoutCapabilities(static () => Assert.Contains(
            "needs CAP_BPF", Assert.Throws<BpfException>(static () => BpfMap.CreateSocketStorage<ulong>()).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_kernels_tools_are_told_what_the_values_are()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, StorageTypes.Describe<Pair>());
            Assert.Equal(
                ["[1] INT int size=4", "[2] STRUCT Pair size=8 vlen=1", "\tbytes type=4 bits=0", "[3] INT u8 size=1", "[4] ARRAY - type=3 vlen=8"],
                BpftoolListing.Of(file));
            File.WriteAllBytes(file, StorageTypes.Describe<short>());
            Assert.Equal(["[1] INT int size=4", "[2] INT s16 size=2"], BpftoolListing.Of(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(typeof(bool))]
    [InlineData(typeof(char))]
    [InlineData(typeof(sbyte))]
    [InlineData(typeof(uint))]
    [InlineData(typeof(long))]
    [InlineData(typeof(Guid))]
    [InlineData(typeof(UInt128))]
    [InlineData(typeof(DayOfWeek))]
    [InlineData(typeof(KeyValuePair<uint, double>))]
    public void The_kernel_takes_values_of_any_type(Type type)
    {
        Requires.Root();
        System.Reflection.MethodInfo create = typeof(BpfMap).GetMethod(nameof(BpfMap.CreateSocketStorage))!.MakeGenericMethod(type);
        using BpfMap map = (BpfMap)create.Invoke(null, [null, BpfMapFlags.None])!;
        Assert.Equal((BpfMapType.SocketStorage, 0u), (map.GetInfo().Type, map.GetInfo().MaxEntries));
    }

    private static Socket Udp()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>A socket of a cgroup: it belongs to that of its maker, which this process joins for the moment.</summary>
    private static Socket UdpIn(TemporaryCgroup cgroup)
    {
        string home = TemporaryCgroup.Root + File.ReadLines("/proc/self/cgroup").Single(static line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        Join(cgroup.Path);
        try
        {
            return Udp();
        }
        finally
        {
            Join(home);
        }

        // Writing 0 moves the writer (cgroups(7)).
        static void Join(string path) => File.WriteAllText(Path.Combine(path, "cgroup.procs"), "0");
    }

    /// <summary>Adds one to the value of the socket that sends, and lets the packet pass.</summary>
    private static BpfCode CountPerSocket(BpfSocketStorage<ulong> counts)
    {
        Assembler asm = new();
        Label pass = asm.NewLabel("pass");
        asm.Load(R1, U64[R1 + SkBuff.Socket]);
        asm.JumpIf(R1 == 0, pass);
        asm.Call(Helper.GetFullSocket);
        asm.JumpIf(R0 == 0, pass);
        asm.Move(R2, R0);
        asm.LoadMap(R1, counts);
        asm.Move(R3, 0);
        asm.Move(R4, (int)CreateIfMissing);
        asm.Call(Helper.GetSocketStorage);
        asm.JumpIf(R0 == 0, pass);
        asm.Move(R1, 1);
        asm.AtomicAdd(U64[R0], R1);
        asm.Mark(pass);
        asm.Move(R0, 1);
        asm.Exit();
        return asm.Assemble();
    }

    private readonly record struct Pair(uint First, uint Second);

    [InlineArray(40_000)]
    private struct Large
    {
        private byte _first;
    }

    [InlineArray(70_000)]
    private struct Huge
    {
        private byte _first;
    }
}
