// Assembles eBPF from standard input to standard output, or disassembles it with -d. Needs no root.
//     dotnet build samples/EbpfAsm
//     printf 'r0 = 0\nexit\n' | artifacts/bin/EbpfAsm/debug/EbpfAsm | artifacts/bin/EbpfAsm/debug/EbpfAsm -d

using System.Text;
using Ebpf.Instructions;
using Ebpf.Notation;

// The text is the kernel's notation, as the verifier's log, 'bpftool prog dump xlated' and 'llvm-objdump -d --no-show-raw-insn' print it, with labels,
// comments and the names of helpers. The bytes are those that bpf(BPF_PROG_LOAD) takes; a listing can be assembled again. A map is its descriptor
// (map[fd:3]) or its number in a list (map[idx:0]), because the names of maps are known only to a caller of Assembler.Parse.
//
// The sample shows Assembler.TryParse and BpfCode.TryDecode, which report what is wrong, and where, without exceptions.

const int Done = 0;
const int Failed = 1;
const int WrongUsage = 2;
const string Usage = """
    Usage: EbpfAsm [-d] < INPUT > OUTPUT

    Reads an eBPF program in the kernel's notation and writes its bytes (little-endian).

      -d, --disassemble   the other way: reads bytes, writes a listing
      -h, --help          this text

    Exit status: 0 done; 1 the input is no program, or could not be read or written; 2 wrong usage.

    """;

switch (args)
{
    case ["-h" or "--help"]:
        Console.Out.Write(Usage);
        return Done;
    case []:
        return Run(Assemble);
    case ["-d" or "--disassemble"]:
        return Run(Disassemble);
    default:
        string unknown = args.FirstOrDefault(static a => a is not ("-d" or "--disassemble" or "-h" or "--help")) ?? args[1];
        Console.Error.Write($"EbpfAsm takes no argument '{new string([.. unknown.Select(static c => char.IsControl(c) ? '?' : c)])}' here.\n\n{Usage}");
        return WrongUsage;
}

static int Run(Func<int> work)
{
    try
    {
        return work();
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"Reading the input or writing the output failed: {e.Message}");
        return Failed;
    }
}

static int Assemble()
{
    if (!Console.IsOutputRedirected)
    {
        Console.Error.WriteLine("Bytes do not belong on a terminal: send them to a file (EbpfAsm > program.bin) or to a program (EbpfAsm | xxd).");
        return WrongUsage;
    }

    using StreamReader text = new(Console.OpenStandardInput(), Encoding.UTF8);
    if (!Assembler.TryParse(text.ReadToEnd(), maps: null, out BpfCode? code, out AssemblyError? error))
    {
        Console.Error.WriteLine(error);
        return Failed;
    }

    Write(code.ToBytes());
    return Done;
}

static int Disassemble()
{
    using MemoryStream bytes = new();
    using (Stream input = Console.OpenStandardInput())
    {
        input.CopyTo(bytes);
    }

    if (!BpfCode.TryDecode(bytes.ToArray(), out BpfCode? code, out DecodingError error))
    {
        Console.Error.WriteLine(error);
        return Failed;
    }

    Write(Encoding.UTF8.GetBytes(code.ToString()));
    return Done;
}

static void Write(byte[] bytes)
{
    using Stream output = Console.OpenStandardOutput();
    output.Write(bytes);
    output.Flush();
}
