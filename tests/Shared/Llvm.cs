using System.Globalization;

namespace Hops.TestSupport;

/// <summary>LLVM's assembler and disassembler: independent judges of ours. The newest that is installed.</summary>
internal static class Llvm
{
    private static readonly int[] Versions = [22, 21, 20, 19];

    /// <summary>Such as 22.</summary>
    public static int Version => int.Parse(Program("llvm-mc").Split('-')[^1], CultureInfo.InvariantCulture);

    /// <summary>Assembles a listing in the kernel's notation to bytes.</summary>
    public static byte[] Assemble(string listing) => InFolder(folder =>
    {
        string binary = MakeObject(folder, listing);
        string bytes = Path.Combine(folder, "listing.bin");
        Command.Run(Program("llvm-objcopy"), "-O", "binary", "--only-section=.text", binary, bytes);
        return File.ReadAllBytes(bytes);
    });

    /// <summary>All that <c>llvm-objdump</c> prints about bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="withBytes">Whether it prints them before each instruction, too.</param>
    public static string Disassemble(byte[] bytes, bool withBytes = false) => InFolder(folder =>
    {
        string binary = Path.Combine(folder, "bytes.bin");
        File.WriteAllBytes(binary, bytes);
        return Print(MakeObject(folder, $".incbin \"{binary}\"\n"), withBytes);
    });

    /// <summary>Compiles a file of LLVM's intermediate language.</summary>
    /// <returns>The code of the object, and what <c>llvm-objdump</c> prints of it with bytes and without.</returns>
    public static (byte[] Code, string Listing, string Bare) Compile(string file) => InFolder(folder =>
    {
        string binary = Path.Combine(folder, "compiled.o");
        string bytes = Path.Combine(folder, "compiled.bin");
        Command.Run(Program("llc"), "-march=bpfel", "-mcpu=v4", "-O2", "-filetype=obj", file, "-o", binary);
        Command.Run(Program("llvm-objcopy"), "-O", "binary", "--only-section=.text", binary, bytes);
        return (File.ReadAllBytes(bytes), Print(binary, withBytes: true), Print(binary, withBytes: false));
    });

    private static string Print(string binary, bool withBytes) =>
        Command.Run(Program("llvm-objdump"), "-d", withBytes ? "--disassemble" : "--no-show-raw-insn", "--mcpu=v4", binary);

    private static string Program(string name) => Requires.Program("llvm-22 (or llvm-19)", [.. Versions.Select(version => $"{name}-{version}")]);

    private static string MakeObject(string folder, string listing)
    {
        string source = Path.Combine(folder, "listing.s");
        string binary = Path.Combine(folder, "listing.o");
        File.WriteAllText(source, listing);
        Command.Run(Program("llvm-mc"), "-triple=bpfel", "-mcpu=v4", "-filetype=obj", source, "-o", binary);
        return binary;
    }

    private static T InFolder<T>(Func<string, T> work)
    {
        string folder = Directory.CreateTempSubdirectory("llvm-").FullName;
        try
        {
            return work(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
