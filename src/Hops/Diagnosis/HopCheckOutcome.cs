namespace Hops.Diagnosis;

/// <summary>Specifies the result of checking a source over one address family.</summary>
public enum HopCheckOutcome
{
    /// <summary>The source measured the right distance.</summary>
    Measured,

    /// <summary>The source measured a wrong distance, or none.</summary>
    Failed,

    /// <summary>The source was not tried, because this host has no loopback address of the family.</summary>
    FamilyOff,
}
