using System.Diagnostics.CodeAnalysis;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>The text as a front end of the assembler: <c>Assembler.Parse("r0 = 0")</c>.</summary>
public static class AssemblerExtensions
{
    extension(Assembler)
    {
        /// <summary>Reads a program in the kernel's notation, an instruction a line, or several with <c>;</c> between them.</summary>
        /// <param name="text">
        /// Instructions as the verifier, <c>bpftool prog dump xlated</c> or <c>llvm-objdump</c> prints them, or somebody wrote. Besides, <c>map[name]</c> is
        /// a map of <paramref name="maps"/>, and helpers may be called by name. Comments start with <c>//</c> or <c>#</c>, or stand between <c>/*</c> and
        /// <c>*/</c>. In lines that begin with a slot's number or an opcode, and at the start of a line, <c>;</c> starts a comment, too; one that would be an
        /// instruction is refused.
        /// </param>
        /// <param name="maps">The maps that the text names.</param>
        /// <exception cref="AssemblyException">
        /// The text is no program: the message has the line, a caret below the place, and what was expected there.
        /// </exception>
        public static BpfCode Parse(string text, IReadOnlyDictionary<string, BpfMap>? maps = null) =>
            TryParse(text, maps, out BpfCode? code, out AssemblyError? error) ? code : throw new AssemblyException(error);

        /// <summary>Reads a program from an interpolated string, in which maps and numbers of C# may stand: <c>Assembler.Parse($"r1 = {map}")</c>.</summary>
        /// <exception cref="AssemblyException">
        /// The text is no program: the message has the line, a caret below the place, and what was expected there.
        /// </exception>
        public static BpfCode Parse(ProgramText text) => Parse(text.ToString(), text.Maps);

        /// <summary>Reads a program as <c>Parse</c> does, without an exception for what is wrong with the text.</summary>
        public static bool TryParse(
            string text, IReadOnlyDictionary<string, BpfMap>? maps, [NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
        {
            ArgumentNullException.ThrowIfNull(text);
            return new ListingReader(text, maps).TryRead(out code, out error);
        }

        /// <summary>
        /// Reads the program back out of the log that the verifier wrote about it at level 2. Lines that are no instructions are passed over.
        /// </summary>
        /// <param name="log">
        /// The log. It must have the instruction of every slot, once or more often and in any order. The verifier prints the instructions that it walks; newer
        /// kernels (Linux 6.18, not 6.1 and 6.12) also print all of them before, so that code that is never reached is in the log, too. Linux 7.3 replaces a
        /// branch whose way the verifier knows by a jump, and prints that: the program that is read has the jump.
        /// </param>
        /// <param name="maps">
        /// The program's maps, by the names that they have in the kernel. The log has their addresses; which map that is, it tells by the name after the
        /// instruction, <c>; R1=map_ptr(map=counts,...)</c>. Older kernels (Linux 6.1, not 6.12) do not print the name: there the log is refused.
        /// </param>
        /// <exception cref="AssemblyException">
        /// The log is not that of a whole program: a slot is missing, or has two instructions, or a load refers to a map that is not known.
        /// </exception>
        public static BpfCode ParseLog(string log, IReadOnlyDictionary<string, BpfMap>? maps = null) =>
            TryParseLog(log, maps, out BpfCode? code, out AssemblyError? error) ? code : throw new AssemblyException(error);

        /// <summary>Reads a log as <c>ParseLog</c> does, without an exception for what is wrong with it.</summary>
        public static bool TryParseLog(
            string log, IReadOnlyDictionary<string, BpfMap>? maps, [NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
        {
            ArgumentNullException.ThrowIfNull(log);
            return new LogReader(log, maps).TryRead(out code, out error);
        }
    }
}
