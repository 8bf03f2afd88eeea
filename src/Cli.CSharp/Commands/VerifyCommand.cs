using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench verify FILE': every derived formula checked by independent means, and a user's own formulas judged; without a file the machine.</summary>
internal sealed class VerifyCommand : Command
{
    private readonly Argument<string?> file = new("FILE")
    {
        Description = "the problem file; with --machine it may be left out",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> claim = new("--claim")
    {
        Description = "a formula of yours to judge, such as \"psi = a*tanh(b)\"; may be repeated",
        HelpName = "\"NAME = EXPRESSION\"",
    };

    private readonly Option<bool> machine = new("--machine")
    {
        Description =
            "compare the kernels at every vector width of this processor, bit for bit; without a FILE check elementary functions, widths, "
            + "threads and a golden run on this machine",
    };

    public VerifyCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("verify", "checks every derived formula and judges claims")
    {
        Add(file);
        Add(claim);
        Add(machine);
        SetAction(result => workbench.Verify(Read(result, options.Read(result)), cancel));
    }

    private VerifyRequest Read(ParseResult result, CommonRequest common)
    {
        if (common.OutputFolder is not null || common.Force)
            throw Usage.Invalid(
                "workbench verify",
                "--out or --force",
                "a call without them: verify prints and writes no folder",
                "",
                "redirect its output into a file"
            );
        var request = new VerifyRequest(result.GetValue(file), result.GetValue(claim) ?? [], result.GetValue(machine), common);
        if (request is { File: null, Machine: false })
            throw Usage.Invalid("workbench verify", "no FILE", "a problem file, or --machine alone", "", "name a problem.toml");
        if (request is { File: null, Claims.Count: > 0 })
            throw Usage.Invalid(
                "workbench verify",
                "--claim without a FILE",
                "the problem that the claim is of",
                "",
                "name a problem.toml"
            );
        return request;
    }
}
