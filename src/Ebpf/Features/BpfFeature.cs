namespace Ebpf.Features;

/// <summary>Represents the result of probing a feature: whether it is supported, and why.</summary>
/// <param name="Support">Yes, no or unknown.</param>
/// <param name="Reason">The reason for logs and error messages: a sentence without its full stop, with the kernel's answer and the remedy.</param>
public readonly record struct BpfFeature(BpfSupport Support, string Reason)
{
    /// <summary>Gets a value indicating whether the answer is <see cref="BpfSupport.Yes"/>.</summary>
    public bool IsSupported => Support == BpfSupport.Yes;

    /// <summary>Returns a text such as <c>Yes: a map of type RingBuffer can be made</c>.</summary>
    public override string ToString() => $"{Support}: {Reason}";

    internal static BpfFeature Yes(string reason) => new(BpfSupport.Yes, reason);

    internal static BpfFeature No(string reason) => new(BpfSupport.No, reason);

    internal static BpfFeature Unknown(string reason) => new(BpfSupport.Unknown, reason);
}
