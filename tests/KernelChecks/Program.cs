using KernelChecks;

// Checks that need another kernel than this machine's: see the head of run.sh.
return args switch
{
    ["refusals", string file] => RefusalCheck.Run(file, null),
    ["refusals", string file, string logs] => RefusalCheck.Run(file, logs),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: KernelChecks refusals FILE [FOLDER_FOR_LOGS]");
    return 2;
}
