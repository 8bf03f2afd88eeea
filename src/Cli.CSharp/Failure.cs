using System.Reflection;
using System.Runtime.InteropServices;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>The one place where an exception becomes a message and an exit code. Never a stack trace.</summary>
internal static class Failure
{
    // No memory, no disk: the machine failed, not the input.
    private const int InputOutput = 3;

    /// <summary>EMFILE, as .NET passes it on.</summary>
    private const int TooManyFiles = 24;

    /// <summary>Writes what went wrong and answers the exit code: a fault's own, 3 for input and output, 70 for our bugs.</summary>
    public static int Report(Exception failure, IReadOnlyList<string> arguments, TextWriter error) =>
        failure switch
        {
            AggregateException { InnerExceptions: [var only] } => Report(only, arguments, error),
            FaultException { Fault: var fault } => ReportFault(fault, error),
            IOException or UnauthorizedAccessException => ReportInputOutput(failure, error),
            OutOfMemoryException => ReportMemory(error),
            _ when IsOfDescriptors(failure) => ReportDescriptors(error),
            _ => ReportFault(Unexpected(failure, arguments), error),
        };

    private static int ReportFault(Fault fault, TextWriter error)
    {
        error.WriteLine(FaultModule.message(fault));
        if (fault is Fault.InternalBug bug)
            error.WriteLine(bug.dump);
        return FaultModule.exitCode(fault);
    }

    /// <summary>Libraries wrap it in exceptions of their own.</summary>
    private static bool IsOfDescriptors(Exception? failure) =>
        failure is not null && (failure is IOException { HResult: TooManyFiles } || IsOfDescriptors(failure.InnerException));

    private static int ReportDescriptors(TextWriter error)
    {
        error.WriteLine("this process may open no more files; raise its limit, as by 'ulimit -n 1024'");
        return InputOutput;
    }

    private static int ReportMemory(TextWriter error)
    {
        error.WriteLine("the memory of this machine does not suffice; take fewer particles, replicas, nodes or recorded rows");
        return InputOutput;
    }

    private static int ReportInputOutput(Exception failure, TextWriter error)
    {
        error.WriteLine($"{failure.Message.TrimEnd('.')}; check that the place exists, may be written and has room");
        return InputOutput;
    }

    private static Fault Unexpected(Exception failure, IReadOnlyList<string> arguments) =>
        Fault.NewInternalBug(
            $"{failure.GetType().Name}: {failure.Message}",
            $"""
            in: {failure.TargetSite?.DeclaringType?.FullName}.{failure.TargetSite?.Name}
            command: workbench {string.Join(" ", arguments)}
            version: {Version}
            system: {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}
            """
        );

    private static string Version =>
        typeof(Failure).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
