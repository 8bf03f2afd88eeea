using MeanField.Cli;
using MeanField.Cli.Terminal;

Console.SetError(new StandardError(Console.Error));
return new CommandLine(new Workbench()).Run(args);
