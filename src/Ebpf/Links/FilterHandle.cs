namespace Ebpf.Links;

/// <summary>A filter of traffic control, as the kernel named it: what it takes to remove it.</summary>
/// <param name="Parent">The direction.</param>
/// <param name="Information">Its priority and protocol.</param>
/// <param name="Handle">Its number among those.</param>
internal readonly record struct FilterHandle(uint Parent, uint Information, uint Handle);
