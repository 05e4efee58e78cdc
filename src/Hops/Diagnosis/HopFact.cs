namespace Hops.Diagnosis;

/// <summary>Something about this machine or process that decides what works.</summary>
/// <param name="Name">In camel case: <c>kernel</c>, <c>unprivilegedBpf</c>.</param>
/// <param name="Value">For people.</param>
public sealed record HopFact(string Name, string Value);
