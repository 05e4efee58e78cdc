namespace Hops.Diagnosis;

/// <summary>Represents a property of this machine or process that affects which sources work.</summary>
/// <param name="Name">The name, in camel case: <c>kernel</c>, <c>unprivilegedBpf</c>.</param>
/// <param name="Value">The value, as text for people.</param>
public sealed record HopFact(string Name, string Value);
