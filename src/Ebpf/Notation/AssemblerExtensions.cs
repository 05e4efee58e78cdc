using System.Diagnostics.CodeAnalysis;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>The text as a front end of the assembler: <c>Assembler.Parse("r0 = 0")</c>.</summary>
public static class AssemblerExtensions
{
    extension(Assembler)
    {
        /// <summary>Reads a program in the kernel's notation, an instruction a line.</summary>
        /// <param name="text">
        /// What the verifier, <c>bpftool prog dump xlated</c> or <c>llvm-objdump --no-show-raw-insn</c> prints, or somebody wrote. Besides, <c>map[name]</c> is
        /// a map of <paramref name="maps"/>, and helpers may be called by name. Comments start with <c>//</c>, <c>#</c> or <c>;</c>.
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
    }
}
