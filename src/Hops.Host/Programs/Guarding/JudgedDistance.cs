namespace Hops.Host.Programs.Guarding;

/// <summary>A distance that is judged.</summary>
internal static class JudgedDistance
{
    /// <summary>Judges the distance that the received TTL in r9 tells, and goes on if it is far enough; why not is in r8 then. Uses r0 to r5 and r8.</summary>
    /// <param name="key">Eight bytes of the stack that are free, below r10.</param>
    /// <param name="pass">Where to go where the distance is of no interest. The verdict on the address is in r0.</param>
    /// <param name="refuse">Where to go otherwise.</param>
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
