using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.TestSupport;

namespace Ebpf.Tests.Samples;

/// <summary>The assembler as a command.</summary>
public sealed class EbpfAsmTests
{
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static readonly string EbpfAsm = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "EbpfAsm", Configuration, "EbpfAsm"));

    [Fact]
    public async Task Text_becomes_bytes_and_bytes_become_a_listing()
    {
        const string Listing = "        goto L0\n        r0 = 0x123456789 ll\nL0:\n        exit\n";
        Outcome assembled = await Run(Encoding.UTF8.GetBytes(Listing));
        Assert.Equal((0, ""), (assembled.Status, assembled.Errors));
        Assert.Equal(Assembler.Parse(Listing).ToBytes(), assembled.Output);
        Outcome disassembled = await Run(assembled.Output, "-d");
        Assert.Equal((0, "", Listing), (disassembled.Status, disassembled.Errors, Encoding.UTF8.GetString(disassembled.Output)));
    }

    [Fact]
    public async Task What_LLVM_prints_is_assembled()
    {
        byte[] bytes = Assembler.Parse("r0 = 7\nif r0 == 0x7 goto +1\nr0 = 8\nexit").ToBytes();
        Assert.Equal(bytes, (await Run(Encoding.UTF8.GetBytes(Llvm.Disassemble(bytes)))).Output);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_text() =>
        Assert.Equal("95-00-00-00-00-00-00-00", BitConverter.ToString((await Run([0xef, 0xbb, 0xbf, .. "exit\r\n"u8])).Output));

    [Fact]
    public async Task A_mistake_is_shown_with_its_place()
    {
        Outcome outcome = await Run("exit\nr0 = r11\n"u8.ToArray());
        Assert.Equal((1, 0), (outcome.Status, outcome.Output.Length));
        Assert.StartsWith("line 2, column 6: There is no register 'r11'", outcome.Errors, StringComparison.Ordinal);
        Assert.EndsWith("\n    r0 = r11\n         ^\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_instruction_are_shown_with_their_place()
    {
        Outcome outcome = await Run([0x95, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0], "--disassemble");
        Assert.Equal((1, 0), (outcome.Status, outcome.Output.Length));
        Assert.Equal("slot 1 (byte 8): there is no instruction with the opcode 0xff\n", outcome.Errors);
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("program.s")]
    [InlineData("-d", "-d")]
    [InlineData("")]
    public async Task Wrong_usage_is_explained(params string[] arguments)
    {
        Outcome outcome = await Run([], arguments);
        Assert.Equal((2, 0), (outcome.Status, outcome.Output.Length));
        Assert.StartsWith($"EbpfAsm takes no argument '{arguments[^1]}' here.\n\nUsage: EbpfAsm", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    public async Task Help_is_a_result(string argument)
    {
        Outcome outcome = await Run([], argument);
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.StartsWith("Usage: EbpfAsm", Encoding.UTF8.GetString(outcome.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_are_not_written_to_a_terminal()
    {
        string script = Requires.Program("bsdutils", "script");
        Outcome outcome = await RunProgram(script, [], "-qec", $"echo exit | '{EbpfAsm}'", "/dev/null");
        Assert.Equal(2, outcome.Status);
        Assert.Contains("Bytes do not belong on a terminal", Encoding.UTF8.GetString(outcome.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_is_full_is_a_failure()
    {
        Outcome outcome = await RunProgram("/bin/sh", "exit"u8.ToArray(), "-c", "\"$0\" > /dev/full", EbpfAsm);
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith("Reading the input or writing the output failed: ", outcome.Errors, StringComparison.Ordinal);
    }

    private static Task<Outcome> Run(byte[] input, params string[] arguments) => RunProgram(EbpfAsm, input, arguments);

    private static async Task<Outcome> RunProgram(string program, byte[] input, params string[] arguments)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        using Process process = Process.Start(start)!;
        // Disposing the process leaves them open.
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        using MemoryStream output = new();
        Task reading = outputReader.BaseStream.CopyToAsync(output, cancellation);
        Task<string> errors = errorReader.ReadToEndAsync(cancellation);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It looked at its arguments and not at its input.
        }

        await reading;
        await process.WaitForExitAsync(cancellation);
        return new Outcome(process.ExitCode, output.ToArray(), await errors);
    }

    private sealed record Outcome(int Status, byte[] Output, string Errors);
}
