namespace Hops.Cli.Watching.Top;

/// <summary>Represents the choice of rows and their order, which keys change.</summary>
internal readonly record struct TopView(TopGrouping Grouping, TopSort Sort)
{
    /// <summary>Returns the view after a key, or the same view for a key without a meaning.</summary>
    public TopView After(char key) => char.ToLowerInvariant(key) switch
    {
        'c' => this with { Sort = TopSort.Connections },
        'd' => this with { Sort = TopSort.Distance },
        'b' => this with { Sort = TopSort.Bytes },
        'l' => this with { Sort = TopSort.LastSeen },
        'n' => this with { Grouping = TopGrouping.Networks },
        'p' => this with { Grouping = TopGrouping.Processes },
        '\t' => this with { Grouping = Grouping == TopGrouping.Networks ? TopGrouping.Processes : TopGrouping.Networks },
        _ => this,
    };
}
