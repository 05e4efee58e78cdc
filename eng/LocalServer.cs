#:project ../src/Hops.Lab/Hops.Lab.csproj
// A TCP server on this machine, for the demo without the Internet. Prints its port, and ends when its standard input ends.
using Hops.Lab;

using LabServer server = LabServer.Start();
Console.WriteLine(server.Port);
Console.In.ReadToEnd();
