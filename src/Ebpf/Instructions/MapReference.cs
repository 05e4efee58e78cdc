using Ebpf.Maps;

namespace Ebpf.Instructions;

/// <summary>A map that a program refers to, and what its listing calls it.</summary>
internal readonly record struct MapReference(BpfMap Map, string? Name);
