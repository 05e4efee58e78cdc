using Ebpf.Instructions;
using Ebpf.Maps;
using Hops.Benchmarks.TestRuns;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Lookups;

/// <summary>A program that makes random keys and looks each up. It returns the sum of the values, which are all 1.</summary>
internal static class LookupProgram
{
    /// <summary>Look-ups in a run.</summary>
    public const int Lookups = 32;

    // The multiplier and the increment of Knuth's MMIX: a linear congruential generator of 64 bits, of which the upper ones are used.
    private const long Multiplier = 6364136223846793005;
    private const int Increment = 1442695041;

    // A multiple of 8, with room for a length and an IPv6 address.
    private const int KeyOffset = -24;

    /// <param name="map">Where to look; null to make the keys only.</param>
    /// <param name="count">How many keys there are.</param>
    /// <param name="writeKey">Writes the key of a number, which R8 has, from <c>r10 + offset</c> on.</param>
    public static RepeatedProgram Load(BpfMap? map, int count, Action<Assembler, int> writeKey)
    {
        Assembler asm = new();
        Label end = asm.NewLabel("end");

        // r6 = the sum, r7 = the generator's state, r9 = its multiplier
        asm.Call(Helper.GetRandomNumber);
        asm.Move(R7, R0);
        asm.LoadImmediate(R9, Multiplier);
        asm.Move(R6, 0);
        for (int lookup = 0; lookup < Lookups; lookup++)
        {
            asm.Multiply(R7, R9);
            asm.Add(R7, Increment);
            // r8 = a number below the count, without a division
            asm.Move(R8, R7);
            asm.ShiftRight(R8, 32);
            asm.Multiply(R8, count);
            asm.ShiftRight(R8, 32);
            writeKey(asm, KeyOffset);
            if (map is null)
            {
                asm.Add(R6, 1);
                continue;
            }

            asm.LoadMap(R1, map);
            asm.Move(R2, R10);
            asm.Add(R2, KeyOffset);
            asm.Call(Helper.MapLookupElement);
            asm.JumpIf(R0 == 0, end);
            asm.Load(R1, U64[R0]);
            asm.Add(R6, R1);
        }

        asm.Mark(end);
        asm.Move(R0, R6);
        asm.Exit();
        return new RepeatedProgram(asm.Assemble(), Lookups);
    }
}
