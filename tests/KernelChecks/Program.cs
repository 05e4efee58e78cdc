using KernelChecks;
using KernelChecks.Kinds;

// Checks that need another kernel than this machine's. The program is published with NativeAOT (dotnet publish -c Release -r linux-x64) and needs nothing but
// the C library there, so it runs in a machine that has hardly more than a kernel: run.sh does both. A line for each case of a file of refusals: what the
// author is told, and whether that is what the file says ('right'), other words ('differs'), no reason or another line ('wrong'), or the kernel accepts the
// program ('accepted'). A line for each kind of map, program and link: what was seen.
return args switch
{
    ["refusals", string file] => RefusalCheck.Run(file, null),
    ["refusals", string file, string logs] => RefusalCheck.Run(file, logs),
    ["kinds"] => KindChecks.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: KernelChecks refusals FILE [FOLDER_FOR_LOGS] | kinds");
    return 2;
}
