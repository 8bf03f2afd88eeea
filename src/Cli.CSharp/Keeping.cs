using System.Globalization;
using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>What a call was told of its checkpoints: <c>Seconds</c> from one to the next, null where it was not said, and the folder to go on in.</summary>
internal sealed record Keeping(double? Seconds, string? Resume)
{
    /// <summary>Seconds where nothing is said.</summary>
    public const double DefaultSeconds = 30;

    /// <summary>Nothing was said.</summary>
    public static Keeping Unsaid { get; } = new(null, null);

    /// <summary>Whether a folder is asked for.</summary>
    public bool IsAsked => Seconds is not null || Resume is not null;

    /// <summary>The call of a command with these options, null for those that were not given.</summary>
    public KeptCall Of(string command, Problem problem, string folder, params (string Name, object? Value)[] options) =>
        new(
            command,
            options
                .Where(option => option.Value is not null)
                .ToDictionary(option => option.Name, option => string.Create(CultureInfo.InvariantCulture, $"{option.Value}")),
            ProblemIdentity.Of([problem], folder),
            Seconds ?? DefaultSeconds,
            Resume
        );

    /// <summary>Does the work; when it is interrupted, what was found until then is kept.</summary>
    /// <exception cref="FaultException">What an earlier process is said to have found does not fit.</exception>
    public static T During<T>(Journal journal, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            journal.Write();
            throw;
        }
        catch (Exception failure) when (journal.GoesOn && IsOfShape(failure))
        {
            throw Usage.Invalid(
                "--resume",
                $"a checkpoint whose parts do not fit this call ({failure.GetBaseException().Message.ReplaceLineEndings(" ")})",
                "a checkpoint that the same call has written",
                "",
                "delete its checkpoints, or begin in another folder"
            );
        }
    }

    /// <summary>What numbers of another shape lead to: sums show damage, but somebody may have written parts and sums.</summary>
    private static bool IsOfShape(Exception failure) =>
        failure.GetBaseException() is ArgumentException or IndexOutOfRangeException or NullReferenceException or InvalidOperationException;

    /// <summary>The same, and the user is told how to go on.</summary>
    public static T During<T>(Screen screen, string? folder, Journal journal, Func<T> work)
    {
        screen.Tell(new Progress("") { Folder = folder });
        try
        {
            return During(journal, work);
        }
        catch (OperationCanceledException) when (folder is not null)
        {
            Console.Error.WriteLine(
                $"what was found is kept in {folder}; go on by the same command with --resume {folder} in the place of --out"
            );
            throw;
        }
    }

    /// <summary>Tells of a damaged checkpoint.</summary>
    public static void Warn(string warning) => Console.Error.WriteLine($"warning: {warning}");

    /// <summary>Tells that the folder of a call is complete, and leaves it so; answers the exit code.</summary>
    /// <exception cref="FaultException">It is the folder of another call.</exception>
    public static int Complete(string command, KeptCall call, JsonObject result, bool json)
    {
        call.RequireSame(call.Resume!);
        return Complete(command, call.Resume!, result, json);
    }

    /// <summary>Tells that a folder is complete, and leaves it so; answers the exit code.</summary>
    public static int Complete(string command, string folder, JsonObject result, bool json)
    {
        RunFolder.Tidy(folder);
        Console.Error.WriteLine($"the {command} in {folder} is complete: nothing is left to do");
        if (json)
            Console.Out.WriteLine(result.ToJsonString(JsonLayout.Options));
        return 0;
    }
}
