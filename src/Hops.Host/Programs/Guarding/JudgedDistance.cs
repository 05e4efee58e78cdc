namespace Hops.Host.Programs.Guarding;

/// <summary>Has the code that judges a distance.</summary>
internal static class JudgedDistance
{
    /// <summary>
    /// Judges the distance by the received TTL in r9, with the verdict on the address in r0, and continues if it is far enough. Uses r0 to r5 and r8.
    /// </summary>
    /// <param name="key">Eight free bytes of the stack, below r10.</param>
    /// <param name="pass">The label to jump to if the distance does not matter.</param>
    /// <param name="refuse">The label to jump to otherwise, with the reason in r8.</param>
    public static string Judge(int key, string pass, string refuse) => $"""
                    r0 >>= {JudgedAddress.MinimumShift}
                    if r0 == 0 goto {pass}
                    r8 = r0
                    *(u64 *)(r10 - {key}) = r9
                    r1 = map[hops]
                    r2 = r10
                    r2 += -{key}
                    call bpf_map_lookup_elem
                    r2 = r8
                    r8 = {(int)HostGuardReason.Header}
                    if r0 == 0 goto {refuse}
                    r1 = *(u8 *)(r0 + 0)
                    r8 = {(int)HostGuardReason.Implausible}
                    if r1 == {GuardMaps.Implausible} goto {refuse}
                    r8 = {(int)HostGuardReason.Near}
                    if r1 < r2 goto {refuse}
            """;
}
