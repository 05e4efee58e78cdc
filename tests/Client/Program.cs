using System.Runtime.Versioning;
using Hops;
using Hops.Common.Remedies;
using Hops.TestClient;

[assembly: SupportedOSPlatform("linux")]

// An application that uses the library, as whichever user a test starts it.
try
{
    switch (args)
    {
        case ["measure"]:
            new Measuring(HopMeter.Open()).Run();
            return 0;
        case ["measure", var source]:
            new Measuring(HopMeter.Open(Enum.Parse<HopMeterSource>(source))).Run();
            return 0;
        case ["busy", var connections]:
            Busy.Run(HopMeter.Open(), int.Parse(connections, null));
            return 0;
        case ["accept"]:
            Accepting.Run();
            return 0;
        case ["fetch", var url]:
            return await Fetching.RunAsync(url);
        default:
            Console.Error.WriteLine("measure [SOURCE] | busy CONNECTIONS | accept | fetch URL");
            return 2;
    }
}
catch (HopMeterUnavailableException e)
{
    Console.Error.WriteLine(e.Message);
    foreach (HopSourceRefusal refusal in e.Refusals)
    {
        Console.Error.WriteLine(RemedyText.Of(refusal));
    }

    return 4;
}
