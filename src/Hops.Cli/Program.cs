return Hops.Cli.CommandLine.Run(args);
