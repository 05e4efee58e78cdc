using Ebpf.Maps;

namespace Hops.Benchmarks.Assembling;

/// <summary>
/// Measures conversions of programs: calls to instructions, text to instructions, instructions to text and bytes, and back. An operation is one instruction.
/// </summary>
internal static class AssemblyBenchmark
{
    private const int MillionAssembledPerSecond = 5;
    private const int MillionParsedPerSecond = 1;

    // Instructions in a turn: the slowest variant takes less than a millisecond, and all take much longer than reading the clock.
    private const int TurnInstructions = 500;
    private const int TurnsInBlock = 10;

    public static Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        using BpfMap<uint, ulong> slots = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1, name: "slots");
        SampleProgram[] programs = [new("filter", slots, FilterSample.Write), new("every form", slots, EveryFormSample.Write)];
        return new Report(
            name, "Programs, typed and as text, on one processor", "program", "instruction",
            SubjectGroup.Measure([.. programs.Select(GroupOf)], rounds));
    }

    private static SubjectGroup GroupOf(SampleProgram program)
    {
        int instructions = program.InstructionCount;
        int turn = Math.Max(1, TurnInstructions / instructions);
        return new(
            program.Name, turn * TurnsInBlock, turn, isCompared: false,
            SubjectOf("assemble", program.Assemble, Limit.Rate(MillionAssembledPerSecond)),
            SubjectOf("parse", program.Parse, Limit.Rate(MillionParsedPerSecond)),
            SubjectOf("format", program.Format),
            SubjectOf("encode", program.Encode),
            SubjectOf("decode", program.Decode));

        SubjectGroup.Subject SubjectOf(string name, Func<object> work, params Limit[] limits) => SubjectGroup.Subject.Of(
            name, instructions,
            times =>
            {
                for (int i = 0; i < times; i++)
                {
                    GC.KeepAlive(work());
                }
            },
            limits);
    }
}
