using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

namespace Ebpf.Tests.Explanation;

/// <summary>The maps that the programs of <c>Data/refusals.txt</c> name.</summary>
internal sealed class RefusalMaps : IDisposable
{
    private readonly Dictionary<string, BpfMap> _maps = new()
    {
        ["counts"] = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 16),
        ["array"] = BpfMap.Create<uint, ulong>(BpfMapType.Array, 16),
        ["one"] = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1),
        ["readonly"] = BpfMap.Create<uint, ulong>(BpfMapType.Array, 16, BpfMapFlags.ProgramsOnlyRead),
        ["writeonly"] = BpfMap.Create<uint, ulong>(BpfMapType.Array, 16, BpfMapFlags.ProgramsOnlyWrite),
        ["records"] = BpfRingBuffer.Create(Environment.SystemPageSize),
    };

    /// <summary>Loads the program of a case.</summary>
    /// <returns>The refusal; null where the kernel accepts the program.</returns>
    public VerifierException? Refuse(RefusalCase refusal)
    {
        BpfCode code = Assembler.Parse(refusal.Text, _maps);
        try
        {
            BpfProgram.Load(refusal.Type, code, new() { License = refusal.License, ExpectedAttachType = refusal.AttachType }).Dispose();
            return null;
        }
        catch (VerifierException e)
        {
            return e;
        }
    }

    public void Dispose()
    {
        foreach (BpfMap map in _maps.Values)
        {
            map.Dispose();
        }
    }
}
