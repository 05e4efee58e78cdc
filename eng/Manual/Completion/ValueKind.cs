namespace Manual.Completion;

internal enum ValueKind
{
    /// <summary>A number, or anything else of which there is no list.</summary>
    Nothing,
    Choice,
    File,
    Group,
    Host,

    /// <summary>A network interface of this host.</summary>
    Interface,
}
