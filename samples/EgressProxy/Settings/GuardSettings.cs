namespace EgressProxy.Settings;

/// <summary>Reads the options of a user's guard: the section <c>HopGuard</c>, in which the user's options replace those of the same name.</summary>
internal static class GuardSettings
{
    public const string Section = "HopGuard";

    public static IConfigurationSection Of(IConfiguration configuration, UserOptions user)
    {
        IConfigurationSection common = configuration.GetSection(Section);
        if (user.HopGuard is not { } own)
        {
            return common;
        }

        // Configuration would merge lists entry by entry: a user with one port would also get the second common one.
        HashSet<string> replaced = own.GetChildren().Select(static option => option.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        IEnumerable<KeyValuePair<string, string?>> settings =
        [
            .. common.GetChildren().Where(option => !replaced.Contains(option.Key)).SelectMany(option => Below(option, common)),
            .. own.GetChildren().SelectMany(option => Below(option, own)),
        ];
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(Section);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Below(IConfigurationSection option, IConfigurationSection section) =>
        option.AsEnumerable().Select(setting => KeyValuePair.Create($"{Section}{setting.Key[section.Path.Length..]}", setting.Value));
}
