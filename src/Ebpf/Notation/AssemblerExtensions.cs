using System.Diagnostics.CodeAnalysis;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>Extends <see cref="Assembler"/> with methods that read programs from text in the kernel's notation: <c>Assembler.Parse("r0 = 0")</c>.</summary>
public static class AssemblerExtensions
{
    extension(Assembler)
    {
        /// <summary>Reads a program in the kernel's notation, with one instruction per line, or several separated by <c>;</c>.</summary>
        /// <param name="text">
        /// Instructions in the form that the verifier, <c>bpftool prog dump xlated</c> and <c>llvm-objdump</c> print. In addition, <c>map[name]</c> refers to a
        /// map of <paramref name="maps"/>, and helpers may be called by name. Comments start with <c>//</c> or <c>#</c>, or are between <c>/*</c> and
        /// <c>*/</c>. In lines that begin with a slot's number or an opcode, and at the start of a line, <c>;</c> also starts a comment; such a comment is
        /// refused if it would be an instruction.
        /// </param>
        /// <param name="maps">The maps that the text refers to, by name.</param>
        /// <exception cref="AssemblyException">
        /// The text is not a program: the message has the line, a caret below the position, and the expected text.
        /// </exception>
        public static BpfCode Parse(string text, IReadOnlyDictionary<string, BpfMap>? maps = null) =>
            TryParse(text, maps, out BpfCode? code, out AssemblyError? error) ? code : throw new AssemblyException(error);

        /// <summary>Reads a program from an interpolated string, which may contain maps and numbers of C#: <c>Assembler.Parse($"r1 = {map}")</c>.</summary>
        /// <exception cref="AssemblyException">
        /// The text is not a program: the message has the line, a caret below the position, and the expected text.
        /// </exception>
        public static BpfCode Parse(ProgramText text) => Parse(text.ToString(), text.Maps);

        /// <summary>Reads a program as <c>Parse</c> does, but returns an error in the text instead of throwing.</summary>
        public static bool TryParse(
            string text, IReadOnlyDictionary<string, BpfMap>? maps, [NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
        {
            ArgumentNullException.ThrowIfNull(text);
            return new ListingReader(text, maps).TryRead(out code, out error);
        }

        /// <summary> Reads a program from the log that the verifier wrote about it at level 2. Lines without an instruction are skipped. </summary>
        /// <param name="log">
        /// The log. It must contain the instruction of every slot at least once, in any order. The verifier prints the instructions that it verifies; newer
        /// kernels (Linux 6.18, not 6.1 and 6.12) also print all instructions first, so that the log includes unreachable code. Linux 7.3 replaces a branch
        /// whose outcome the verifier knows by a jump, and prints the jump, which is then in the program.
        /// </param>
        /// <param name="maps">
        /// The program's maps, by their names in the kernel. The log has the address of a map, and its name after the instruction, <c>;
        /// R1=map_ptr(map=counts,...)</c>. Older kernels (Linux 6.1, not 6.12) do not print the name: their logs of programs with maps are refused.
        /// </param>
        /// <exception cref="AssemblyException">
        /// The log is not that of a whole program: a slot is missing or has two different instructions, or a load refers to an unknown map.
        /// </exception>
        public static BpfCode ParseLog(string log, IReadOnlyDictionary<string, BpfMap>? maps = null) =>
            TryParseLog(log, maps, out BpfCode? code, out AssemblyError? error) ? code : throw new AssemblyException(error);

        /// <summary>Reads a log as <c>ParseLog</c> does, but returns an error in the log instead of throwing.</summary>
        public static bool TryParseLog(
            string log, IReadOnlyDictionary<string, BpfMap>? maps, [NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
        {
            ArgumentNullException.ThrowIfNull(log);
            return new LogReader(log, maps).TryRead(out code, out error);
        }
    }
}
