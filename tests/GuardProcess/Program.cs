using System.Globalization;
using System.Runtime.Versioning;
using Hops.Guard;
using Hops.Host.Guarding;

[assembly: SupportedOSPlatform("linux")]

// Guards a cgroup of a lab until its input ends. A line for each refusal has the socket's cookie; each line of input is answered with how many are not told.
HopGuardOptions policy = new()
{
    MinimumHops = int.Parse(args[1], CultureInfo.InvariantCulture),
    AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" },
};
using HostGuard guard = HostGuard.Start(new() { Cgroup = args[0], Policy = policy });
Console.WriteLine("guards");
Task telling = Task.Run(async () =>
{
    await foreach (RefusedConnection refused in guard)
    {
        Console.WriteLine($"{refused.Reason} {refused.Cookie}");
    }
});
while (Console.ReadLine() is not null)
{
    Console.WriteLine($"untold {guard.Untold}");
}

guard.Dispose();
await telling;
