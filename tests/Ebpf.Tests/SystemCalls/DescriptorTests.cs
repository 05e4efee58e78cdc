using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.Tests.SystemCalls;

/// <summary>Descriptors that came from elsewhere.</summary>
public sealed class DescriptorTests
{
    [Fact]
    public void A_map_is_taken_over_with_its_descriptor()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 4, BpfMapFlags.MemoryMappable, "mine");
        SafeFileHandle handle = Duplicate(map.SafeHandle);
        using BpfMap<uint, ulong> again = BpfMap.FromDescriptor<uint, ulong>(handle);
        map[2] = 7;
        Assert.Equal(7ul, again[2]);
        Assert.Equal(
            (map.Type, map.MaxEntries, map.Flags, "mine", BpfMapAccess.ReadWrite), (again.Type, again.MaxEntries, again.Flags, again.Name, again.Access));
        Assert.True(handle.IsClosed || handle.IsInvalid);
        Assert.Throws<ArgumentException>(() => BpfMap.FromDescriptor<uint, ulong>(handle));
    }

    [Fact]
    public void It_knows_what_its_descriptor_is_for()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 4);
        map.Pin(pins.Pin("map"));
        foreach (BpfMapAccess access in Enum.GetValues<BpfMapAccess>())
        {
            using BpfMap<uint, ulong> opened = BpfMap.OpenPinned<uint, ulong>(pins.Pin("map"), access);
            using BpfMap<uint, ulong> again = BpfMap.FromDescriptor<uint, ulong>(Duplicate(opened.SafeHandle));
            Assert.Equal(access, again.Access);
        }
    }

    [Fact]
    public void A_program_is_taken_over_with_its_descriptor()
    {
        Requires.Root();
        using BpfProgram program = Load();
        using BpfProgram again = BpfProgram.FromDescriptor(Duplicate(program.SafeHandle), BpfProgramType.SocketFilter);
        Assert.Equal(program.GetInfo().Tag, again.GetInfo().Tag);
        Assert.Equal(("seven", 7u), (again.Name, again.Test(new byte[64]).ReturnValue));
    }

    [Fact]
    public void What_is_something_else_is_refused_and_closed()
    {
        Requires.Root();
        using BpfProgram program = Load();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 4);
        AssertRefused("it is a program", () => BpfMap.FromDescriptor<uint, ulong>(Duplicate(program.SafeHandle)));
        AssertRefused("it is a map", () => BpfProgram.FromDescriptor(Duplicate(map.SafeHandle), BpfProgramType.SocketFilter));
        AssertRefused("it is something else", () => BpfMap.FromDescriptor<uint, ulong>(File.OpenHandle("/dev/null")));
        AssertRefused("it is of type SocketFilter, not Xdp", () => BpfProgram.FromDescriptor(Duplicate(program.SafeHandle), BpfProgramType.Xdp));
        AssertRefused("8 bytes a value, and this BpfMap needs", () => BpfMap.FromDescriptor<uint, uint>(Duplicate(map.SafeHandle)));

        static void AssertRefused(string reason, Func<object> take) =>
            Assert.Contains(reason, Assert.Throws<BpfException>(take).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_that_may_only_be_read_is_enough_for_a_program()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfProgram program = Load();
        program.Pin(pins.Pin("program"));
        Command.Run("chmod", "0400", pins.Pin("program"));
        // Root's capabilities would open anything.
        TestThread.WithoutCapabilities(() =>
        {
            using BpfProgram again = BpfProgram.OpenPinned(pins.Pin("program"), BpfProgramType.SocketFilter);
            Assert.Equal("seven", again.Name);
        });
    }

    [Theory]
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.ENOSYS)]
    public void Both_are_taken_over_where_bpf_is_forbidden(Errno refusal)
    {
        Requires.Root();
        using BpfProgram program = Load();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 4, BpfMapFlags.MemoryMappable, "mine");
        map[2] = 7;
        map.Freeze();
        BpfProgramInfo programInfo = program.GetInfo();
        BpfMapInfo mapInfo = map.GetInfo();
        TestThread.WithBpfRefused(refusal, () =>
        {
            using BpfProgram ofProgram = BpfProgram.FromDescriptor(Duplicate(program.SafeHandle), BpfProgramType.SocketFilter);
            BpfProgramInfo told = ofProgram.GetInfo();
            Assert.Equal((programInfo.Id, programInfo.Type, programInfo.Tag, (string?)null, 0), (told.Id, told.Type, told.Tag, told.Name, told.MapIds.Count));
            using BpfMap<uint, ulong> ofMap = BpfMap.FromDescriptor<uint, ulong>(Duplicate(map.SafeHandle));
            Assert.Equal(mapInfo with { Name = null }, ofMap.GetInfo());
            using MappedArray<ulong> memory = ofMap.MapMemory();
            Assert.Equal(7ul, memory[2]);
        });
    }

    private static BpfProgram Load() =>
        BpfProgram.Load(BpfProgramType.SocketFilter, Assembler.Parse("r0 = 7\nexit"), new() { Name = "seven", License = "MIT" });

    private static SafeFileHandle Duplicate(System.Runtime.InteropServices.SafeHandle handle) =>
        new(TestThread.Duplicate((int)handle.DangerousGetHandle()), ownsHandle: true);
}
