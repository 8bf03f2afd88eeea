using MeanField.Cli;

return new CommandLine(new Workbench()).Run(args);
