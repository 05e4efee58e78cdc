namespace Hops.Diagnosis;

/// <summary>How a source did over one family.</summary>
public enum HopCheckOutcome
{
    /// <summary>It measured what was sent.</summary>
    Measured,

    /// <summary>It measured something else, or nothing.</summary>
    Failed,

    /// <summary>It was not tried: this host has no loopback address of the family.</summary>
    FamilyOff,
}
