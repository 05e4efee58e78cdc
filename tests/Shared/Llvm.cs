namespace Hops.TestSupport;

/// <summary>LLVM's assembler: an independent judge of ours.</summary>
internal static class Llvm
{
    private static readonly int[] Versions = [22, 21, 20, 19];

    /// <summary>Assembles a listing in the kernel's notation to bytes.</summary>
    public static byte[] Assemble(string listing)
    {
        string assembler = Requires.Program("llvm-22 (or llvm-19)", [.. Versions.Select(static v => $"llvm-mc-{v}")]);
        string copier = assembler.Replace("llvm-mc", "llvm-objcopy", StringComparison.Ordinal);
        string folder = Directory.CreateTempSubdirectory("llvm-").FullName;
        try
        {
            string source = Path.Combine(folder, "listing.s");
            string binary = Path.Combine(folder, "listing.o");
            string bytes = Path.Combine(folder, "listing.bin");
            File.WriteAllText(source, listing);
            Command.Run(assembler, "-triple=bpfel", "-mcpu=v4", "-filetype=obj", source, "-o", binary);
            Command.Run(copier, "-O", "binary", "--only-section=.text", binary, bytes);
            return File.ReadAllBytes(bytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
