namespace Hops.Host.Tests.Capturing;

/// <summary>Reads the file that tcpdump wrote of an Ethernet interface (pcap-savefile(5)).</summary>
internal static class CaptureFile
{
    private const uint Magic = 0xa1b2c3d4;
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const uint Ethernet = 1;

    /// <summary>All segments of TCP in it.</summary>
    public static IEnumerable<CapturedSegment> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal((Magic, Ethernet), (Number(file, 0), Number(file, 20)));
        for (int at = FileHeader; at + PacketHeader <= file.Length;)
        {
            int start = at + PacketHeader;
            int length = (int)Number(file, at + 8);
            Assert.True(start + length <= file.Length, "the capture ends within a packet");
            at = start + length;
            if (CapturedSegment.Read(file.AsSpan(start, length)) is { } segment)
            {
                yield return segment;
            }
        }
    }

    /// <summary>The file is in the byte order of the machine that wrote it: this one.</summary>
    private static uint Number(byte[] file, int at) => BitConverter.ToUInt32(file, at);
}
