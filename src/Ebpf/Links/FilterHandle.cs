namespace Ebpf.Links;

/// <summary>The kernel's identification of a filter of traffic control, which is needed to remove it.</summary>
/// <param name="Parent">The direction.</param>
/// <param name="Information">Its priority and protocol.</param>
/// <param name="Handle">Its number among filters of that priority and protocol.</param>
internal readonly record struct FilterHandle(uint Parent, uint Information, uint Handle);
