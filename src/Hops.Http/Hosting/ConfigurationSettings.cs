using Hops.Guard.Policy;
using Microsoft.Extensions.Configuration;

namespace Hops.Http.Hosting;

/// <summary>Turns configuration into the settings that the table of options reads.</summary>
internal static class ConfigurationSettings
{
    /// <param name="configuration">A section, or the root of the configuration.</param>
    public static Setting Read(IConfiguration configuration)
    {
        IConfigurationSection? section = configuration as IConfigurationSection;
        return new(section?.Path ?? "The configuration", section?.Key ?? "", section?.Value, [.. configuration.GetChildren().Select(Read)]);
    }
}
