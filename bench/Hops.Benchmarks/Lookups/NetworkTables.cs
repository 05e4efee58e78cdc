using Ebpf.Maps;
using Hops.Benchmarks.TestRuns;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Lookups;

/// <summary>The same networks in a prefix tree, a hash and an array.</summary>
/// <typeparam name="TKey">A prefix.</typeparam>
internal sealed class NetworkTables<TKey> : IDisposable
    where TKey : unmanaged
{
    // A run of the program makes 32 look-ups; a system call makes one.
    private const int ProgramTurn = 100;
    private const int ProgramBlock = 500;
    private const int CallTurn = 100;
    private const int CallBlock = 1_000;

    // A fixed seed, so that each measurement looks up the same keys in the same order.
    private const int Seed = 1;

    private readonly int _count;
    private readonly string _name;
    private readonly BpfMap<TKey, ulong> _trie;
    private readonly BpfMap<TKey, ulong> _hash;
    private readonly BpfMap<uint, ulong> _array;
    private readonly RepeatedProgram[] _programs;
    private readonly TKey[] _networks;
    private readonly TKey[] _addresses;
    private int _nextNetwork;
    private int _nextAddress;

    public NetworkTables(NetworkFamily<TKey> family, int count)
    {
        _count = count;
        _name = $"{family.Name}, {count} {(count == 1 ? "prefix" : "prefixes")}";
        uint[] indexes = [.. Enumerable.Range(0, count).Select(static i => (uint)i)];
        ulong[] ones = new ulong[count];
        Array.Fill(ones, 1UL);
        _networks = [.. indexes.Select(family.Network)];
        _trie = BpfMap.Create<TKey, ulong>(BpfMapType.LpmTrie, count);
        _hash = BpfMap.Create<TKey, ulong>(BpfMapType.Hash, count);
        _array = BpfMap.Create<uint, ulong>(BpfMapType.Array, count);
        _trie.UpdateBatch(_networks, ones);
        _hash.UpdateBatch(_networks, ones);
        _array.UpdateBatch(indexes, ones);

        new Random(Seed).Shuffle(indexes);
        _networks = [.. indexes.Select(family.Network)];
        _addresses = [.. indexes.Select(family.Address)];
        _programs =
        [
            LookupProgram.Load(_hash, count, (asm, stack) => family.Write(asm, stack, R8, isAddress: false)),
            LookupProgram.Load(_trie, count, (asm, stack) => family.Write(asm, stack, R8, isAddress: true)),
            LookupProgram.Load(_array, count, static (asm, stack) => asm.Store(U32[R10 + stack], R8)),
            LookupProgram.Load(null, count, (asm, stack) => family.Write(asm, stack, R8, isAddress: true)),
        ];
    }

    public IEnumerable<SubjectGroup> Groups() =>
    [
        new(
            $"{_name}, program", ProgramBlock, ProgramTurn, isCompared: true,
            SubjectGroup.Subject.Of("hash", LookupProgram.Lookups, _programs[0].Run),
            SubjectGroup.Subject.Of("LPM trie", LookupProgram.Lookups, _programs[1].Run),
            SubjectGroup.Subject.Of("array", LookupProgram.Lookups, _programs[2].Run),
            SubjectGroup.Subject.Of("the key alone", LookupProgram.Lookups, _programs[3].Run)),
        new(
            $"{_name}, TryGetValue", CallBlock, CallTurn, isCompared: true,
            SubjectGroup.Subject.Of("hash", 1, LookUpInHash, Limit.Allocation(0)),
            SubjectGroup.Subject.Of("LPM trie", 1, LookUpInTrie, Limit.Allocation(0))),
    ];

    public void Dispose()
    {
        Array.ForEach(_programs, static program => program.Dispose());
        _array.Dispose();
        _hash.Dispose();
        _trie.Dispose();
    }

    private void LookUpInHash(int times) => LookUp(_hash, _networks, ref _nextNetwork, times);

    private void LookUpInTrie(int times) => LookUp(_trie, _addresses, ref _nextAddress, times);

    private void LookUp(BpfMap<TKey, ulong> map, TKey[] keys, ref int next, int times)
    {
        for (int i = 0; i < times; i++)
        {
            if (!map.TryGetValue(keys[next], out ulong value) || value != 1)
            {
                throw new InvalidOperationException($"{keys[next]} was not found in the {map.Type}.");
            }

            next = (next + 1) % _count;
        }
    }
}
