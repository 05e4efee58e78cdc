namespace Ebpf.Features;

/// <summary>Whether a feature is there, and how we know.</summary>
/// <param name="Support">Yes, no, or it could not be told.</param>
/// <param name="Reason">A sentence, without its full stop, for the person who wants to know why: what the kernel said and what to do now.</param>
public readonly record struct BpfFeature(BpfSupport Support, string Reason)
{
    /// <summary>Whether the answer is <see cref="BpfSupport.Yes"/>.</summary>
    public bool IsSupported => Support == BpfSupport.Yes;

    /// <summary>Such as <c>Yes: a map of type RingBuffer can be made</c>.</summary>
    public override string ToString() => $"{Support}: {Reason}";

    internal static BpfFeature Yes(string reason) => new(BpfSupport.Yes, reason);

    internal static BpfFeature No(string reason) => new(BpfSupport.No, reason);

    internal static BpfFeature Unknown(string reason) => new(BpfSupport.Unknown, reason);
}
