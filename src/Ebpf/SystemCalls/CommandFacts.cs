namespace Ebpf.SystemCalls;

/// <summary>The facts about a command: a row of the table.</summary>
/// <param name="Name">The name in <c>linux/bpf.h</c>.</param>
/// <param name="Since">The first kernel version with the command.</param>
/// <param name="Right">The right that the caller needs.</param>
internal sealed record CommandFacts(string Name, Version Since, CommandRight Right)
{
    /// <summary>Returns the row of a command.</summary>
    public static CommandFacts Of(BpfCommand command) => command switch
    {
        BpfCommand.MapCreate => new("BPF_MAP_CREATE", new(3, 18), CommandRight.Use),
        BpfCommand.MapLookupElement => new("BPF_MAP_LOOKUP_ELEM", new(3, 18), CommandRight.Entries),
        BpfCommand.MapUpdateElement => new("BPF_MAP_UPDATE_ELEM", new(3, 18), CommandRight.Entries),
        BpfCommand.MapDeleteElement => new("BPF_MAP_DELETE_ELEM", new(3, 18), CommandRight.Entries),
        BpfCommand.MapGetNextKey => new("BPF_MAP_GET_NEXT_KEY", new(3, 18), CommandRight.Entries),
        BpfCommand.ProgramLoad => new("BPF_PROG_LOAD", new(3, 18), CommandRight.Use),
        BpfCommand.ObjectPin => new("BPF_OBJ_PIN", new(4, 4), CommandRight.Use),
        BpfCommand.ObjectGet => new("BPF_OBJ_GET", new(4, 4), CommandRight.Use),
        BpfCommand.ProgramAttach => new("BPF_PROG_ATTACH", new(4, 10), CommandRight.Attach),
        BpfCommand.ProgramDetach => new("BPF_PROG_DETACH", new(4, 10), CommandRight.Attach),
        BpfCommand.ProgramTestRun => new("BPF_PROG_TEST_RUN", new(4, 12), CommandRight.Use),
        BpfCommand.ProgramGetNextId => new("BPF_PROG_GET_NEXT_ID", new(4, 13), CommandRight.Host),
        BpfCommand.MapGetNextId => new("BPF_MAP_GET_NEXT_ID", new(4, 13), CommandRight.Host),
        BpfCommand.ProgramGetDescriptorById => new("BPF_PROG_GET_FD_BY_ID", new(4, 13), CommandRight.Host),
        BpfCommand.MapGetDescriptorById => new("BPF_MAP_GET_FD_BY_ID", new(4, 13), CommandRight.Host),
        BpfCommand.ObjectGetInfoByDescriptor => new("BPF_OBJ_GET_INFO_BY_FD", new(4, 13), CommandRight.Use),
        BpfCommand.ProgramQuery => new("BPF_PROG_QUERY", new(4, 15), CommandRight.Attach),
        BpfCommand.BtfLoad => new("BPF_BTF_LOAD", new(4, 18), CommandRight.Use),
        BpfCommand.MapLookupAndDeleteElement => new("BPF_MAP_LOOKUP_AND_DELETE_ELEM", new(4, 20), CommandRight.Entries),
        BpfCommand.MapFreeze => new("BPF_MAP_FREEZE", new(5, 2), CommandRight.Entries),
        BpfCommand.MapLookupBatch => new("BPF_MAP_LOOKUP_BATCH", new(5, 6), CommandRight.Entries),
        BpfCommand.MapLookupAndDeleteBatch => new("BPF_MAP_LOOKUP_AND_DELETE_BATCH", new(5, 6), CommandRight.Entries),
        BpfCommand.MapUpdateBatch => new("BPF_MAP_UPDATE_BATCH", new(5, 6), CommandRight.Entries),
        BpfCommand.MapDeleteBatch => new("BPF_MAP_DELETE_BATCH", new(5, 6), CommandRight.Entries),
        BpfCommand.LinkCreate => new("BPF_LINK_CREATE", new(5, 7), CommandRight.Attach),
        BpfCommand.LinkUpdate => new("BPF_LINK_UPDATE", new(5, 7), CommandRight.Use),
        BpfCommand.LinkGetDescriptorById => new("BPF_LINK_GET_FD_BY_ID", new(5, 8), CommandRight.Host),
        BpfCommand.LinkGetNextId => new("BPF_LINK_GET_NEXT_ID", new(5, 8), CommandRight.Host),
        BpfCommand.EnableStatistics => new("BPF_ENABLE_STATS", new(5, 8), CommandRight.Host),
        BpfCommand.LinkDetach => new("BPF_LINK_DETACH", new(5, 9), CommandRight.Use),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "There is no row for this command."),
    };

    /// <summary>Gets the call in the form of manual pages, for errors: <c>bpf(BPF_MAP_CREATE)</c>.</summary>
    public string Call => $"bpf({Name})";
}
