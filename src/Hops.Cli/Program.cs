return await Hops.Cli.CommandLine.RunAsync(args).ConfigureAwait(false);
