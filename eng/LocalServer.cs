#:project ../src/Hops.Lab/Hops.Lab.csproj
// A TCP server on this machine, for the demo without the Internet: prints its port, and ends when its input does.
using Hops.Lab;

using LabServer server = LabServer.Start();
Console.WriteLine(server.Port);
Console.In.ReadToEnd();
