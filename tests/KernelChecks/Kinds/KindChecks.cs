namespace KernelChecks.Kinds;

/// <summary>Every kind of map, program and link at work on this kernel, on real packets in a network of its own.</summary>
internal static class KindChecks
{
    private static readonly IEnumerable<KindCheck> Rows =
    [
        .. MapKinds.Rows, .. DescriptorMapKinds.Rows, .. SocketKinds.Rows, .. InterfaceKinds.Rows, .. CgroupKinds.Rows, .. AddressKinds.Rows,
        .. LoadingKinds.Rows, .. LogKinds.Rows,
    ];

    /// <returns>1 if a kind does not do what the documentation says, else 0.</returns>
    public static int Run()
    {
        List<bool?> answers = [];
        SeparateThread.RunInNetwork(() =>
        {
            Network.Ip("link set lo up");
            answers.AddRange(Rows.Select(static row => row.Run()));
        });
        int wrong = answers.Count(static answer => answer == false);
        Console.WriteLine(
            $"CHECK {(wrong == 0 ? "right" : "wrong")} kinds: {answers.Count(static answer => answer == true)} as documented, {wrong} not, "
            + $"{answers.Count(static answer => answer is null)} left out, on Linux {Environment.OSVersion.Version}");
        return wrong == 0 ? 0 : 1;
    }
}
