using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;

namespace Hops.Benchmarks.Assembling;

/// <summary>A program to assemble, and the same as text and as bytes.</summary>
internal sealed class SampleProgram
{
    private readonly Action<Assembler, BpfMap> _write;
    private readonly BpfMap _map;
    private readonly Dictionary<string, BpfMap> _maps;
    private readonly BpfCode _code;
    private readonly string _text;
    private readonly byte[] _bytes;

    /// <param name="name">What to call it.</param>
    /// <param name="map">A map that it may refer to. It has a name.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="InvalidOperationException">The text or the bytes do not read as the program: there would be nothing to compare.</exception>
    public SampleProgram(string name, BpfMap map, Action<Assembler, BpfMap> write)
    {
        Name = name;
        _write = write;
        _map = map;
        _maps = new() { [map.Name!] = map };
        _code = Assemble();
        _text = _code.ToString();
        _bytes = _code.ToBytes();
        if (!_code.Instructions.SequenceEqual(Parse().Instructions) || !_code.Instructions.SequenceEqual(Decode().Instructions))
        {
            throw new InvalidOperationException($"The program '{name}' reads as another one.");
        }
    }

    public string Name { get; }

    public int InstructionCount => _code.Instructions.Count;

    public BpfCode Assemble()
    {
        Assembler asm = new();
        _write(asm, _map);
        return asm.Assemble();
    }

    public BpfCode Parse() => Assembler.Parse(_text, _maps);

    public string Format() => _code.ToString();

    public byte[] Encode() => _code.ToBytes();

    public BpfCode Decode() => BpfCode.Decode(_bytes);
}
