using Ebpf.Maps;

namespace Hops.Benchmarks.Maps;

/// <summary>Measures the members of maps. A look-up has a limit, relative to the bare system call.</summary>
internal sealed class MapBenchmark : IDisposable
{
    private const double LookupRatio = 1.15;

    private const int Count = 1_024;

    // Turns are short, so a longer disturbance affects all variants of a group. Blocks are short, so most rounds have no disturbance and determine the median.
    private const int Turn = 100;
    private const int Block = 2_000;

    // A batch has all entries at once.
    private const int BatchTurn = 1;
    private const int BatchBlock = 10;

    private readonly BpfMap<uint, ulong> _hash = BpfMap.Create<uint, ulong>(BpfMapType.Hash, Count);
    private readonly BpfMap<uint, ulong> _batched = BpfMap.Create<uint, ulong>(BpfMapType.Hash, Count);
    private readonly BpfPerCpuMap<uint, ulong> _perCpu = BpfMap.CreatePerCpu<uint, ulong>(BpfMapType.PerCpuHash, Count);
    private readonly BpfMap<uint, ulong> _array = BpfMap.Create<uint, ulong>(BpfMapType.Array, Count, BpfMapFlags.MemoryMappable);
    private readonly BareMap _bare;
    private readonly MappedArray<ulong> _mapped;
    private readonly uint[] _keys = [.. Enumerable.Range(0, Count).Select(static i => (uint)i)];
    private readonly ulong[] _values = [.. Enumerable.Range(1, Count).Select(static i => (ulong)i)];
    private readonly uint[] _readKeys = new uint[Count];
    private readonly ulong[] _readValues = new ulong[Count];

    public MapBenchmark()
    {
        _hash.UpdateBatch(_keys, _values);
        _array.UpdateBatch(_keys, _values);
        ulong[] each = new ulong[_perCpu.ProcessorCount];
        foreach (uint key in _keys)
        {
            Array.Fill(each, key + 1UL);
            _perCpu.Set(key, each);
        }

        _bare = new BareMap(_hash);
        _mapped = _array.MapMemory();
    }

    public Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        SubjectGroup[] groups =
        [
            new(
                "hash", Block, Turn, isCompared: true,
                SubjectGroup.Subject.Of("system call", 1, LookUpBare),
                SubjectGroup.Subject.Of("TryGetValue", 1, LookUp, Limit.Ratio(LookupRatio), Limit.Allocation(0))),
            new("hash, writing", Block, Turn, isCompared: false, SubjectGroup.Subject.Of("map[key] = value", 1, Update)),
            new("per-CPU hash", Block, Turn, isCompared: false, SubjectGroup.Subject.Of("TryGetValues", 1, LookUpPerCpu)),
            new(
                "hash, batches", BatchBlock, BatchTurn, isCompared: false,
                SubjectGroup.Subject.Of("UpdateBatch", Count, UpdateInBatches),
                SubjectGroup.Subject.Of("ReadBatch", Count, ReadInBatches)),
            new("mapped array", Block, Turn, isCompared: false, SubjectGroup.Subject.Of("indexer", 1, ReadMapped)),
        ];
        return new Report(name, $"Maps of {Count} entries", "map", "entry", SubjectGroup.Measure(groups, rounds));
    }

    public void Dispose()
    {
        _mapped.Dispose();
        _bare.Dispose();
        _array.Dispose();
        _perCpu.Dispose();
        _batched.Dispose();
        _hash.Dispose();
    }

    private void LookUpBare(int times)
    {
        for (uint i = 0; i < times; i++)
        {
            Expect(i % Count, _bare.Lookup(i % Count));
        }
    }

    private void LookUp(int times)
    {
        for (uint i = 0; i < times; i++)
        {
            _ = _hash.TryGetValue(i % Count, out ulong value);
            Expect(i % Count, value);
        }
    }

    private void Update(int times)
    {
        for (uint i = 0; i < times; i++)
        {
            _hash[i % Count] = (i % Count) + 1UL;
        }
    }

    private void LookUpPerCpu(int times)
    {
        Span<ulong> values = _readValues.AsSpan(0, _perCpu.ProcessorCount);
        for (uint i = 0; i < times; i++)
        {
            _ = _perCpu.TryGetValues(i % Count, values);
            Expect(i % Count, values[^1]);
        }
    }

    private void UpdateInBatches(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _batched.UpdateBatch(_keys, _values);
        }
    }

    private void ReadInBatches(int times)
    {
        for (int i = 0; i < times; i++)
        {
            BpfBatchPosition position = default;
            int count = 0;
            while (!position.IsAtEnd)
            {
                count += _batched.ReadBatch(_readKeys, _readValues, ref position);
            }

            if (count != Count)
            {
                throw new InvalidOperationException($"{count} of {Count} entries were read.");
            }
        }
    }

    private void ReadMapped(int times)
    {
        for (uint i = 0; i < times; i++)
        {
            Expect(i % Count, _mapped[(int)(i % Count)]);
        }
    }

    private static void Expect(uint key, ulong value)
    {
        if (value != key + 1UL)
        {
            throw new InvalidOperationException($"The value of key {key} read as {value}.");
        }
    }
}
