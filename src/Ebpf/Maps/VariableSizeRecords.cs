namespace Ebpf.Maps;

/// <summary>Records of any size.</summary>
internal sealed class VariableSizeRecords : RecordFormat<byte[]>
{
    public override void Read(ReadOnlySpan<byte> bytes, out byte[] record) => record = bytes.ToArray();
}
