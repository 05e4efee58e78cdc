using Ebpf;
using Hops.Lab;
using Hops.Testing;
using PublicApiGenerator;

namespace Docs.Tests;

/// <summary>The public members of each library are listed in <c>PublicApi/</c>, so that a review sees changes.</summary>
public sealed class PublicApiTests
{
    // Extension methods in namespaces of Microsoft and System, where they are found without a using.
    // The numbers in types that the compiler makes of iterators are not part of the API.
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        AllowNamespacePrefixes = ["Microsoft.Extensions"],
        ExcludeAttributes = ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute"],
    };

    public static TheoryData<Type> Libraries =>
    [
        typeof(BpfException), typeof(Hops.HopMeter), typeof(Hops.Guard.HopGuard), typeof(Hops.Host.Sharing.SharedFilter), typeof(Hops.Http.LimitedResponse),
        typeof(LabNetwork), typeof(FakeHopNetwork),
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void What_a_library_offers_is_what_its_listing_says(Type oneOfItsTypes)
    {
        string library = oneOfItsTypes.Assembly.GetName().Name!;
        string listing = Path.Combine(Documentation.Repository, "tests", "Docs.Tests", "PublicApi", $"{library}.txt");
        string offered = oneOfItsTypes.Assembly.GeneratePublicApi(Options) + "\n";
        string listed = File.Exists(listing) ? File.ReadAllText(listing) : "";
        if (offered != listed)
        {
            // For who meant the change: to look at with git diff, and to keep.
            File.WriteAllText(listing, offered);
        }

        Assert.True(
            offered == listed, $"The public API of {library} changed. {listing} is up to date now: look at the difference and commit it if it is meant.");
    }
}
