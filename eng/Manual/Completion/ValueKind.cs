namespace Manual.Completion;

internal enum ValueKind
{
    /// <summary>A number, or another value without a list to choose from.</summary>
    Nothing,
    Choice,
    File,
    Group,
    Host,

    /// <summary>A network interface of this host.</summary>
    Interface,
}
