using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench verify FILE': every derived formula checked by independent means, and a user's own formulas judged.</summary>
internal sealed class VerifyCommand : Command
{
    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly Option<string[]> claim = new("--claim")
    {
        Description = "a formula of yours to judge, such as \"psi = a*tanh(b)\"; may be repeated",
        HelpName = "\"NAME = EXPRESSION\"",
    };

    private readonly Option<bool> machine = new("--machine")
    {
        Description = "compare the kernels at every vector width of this processor, bit for bit",
    };

    public VerifyCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("verify", "checks every derived formula and judges claims")
    {
        Add(file);
        Add(claim);
        Add(machine);
        SetAction(result => workbench.Verify(Read(result, options.Read(result)), cancel));
    }

    private VerifyRequest Read(ParseResult result, CommonRequest common) =>
        common.OutputFolder is not null || common.Force
            ? throw Usage.Invalid(
                "workbench verify",
                "--out or --force",
                "a call without them: verify prints and writes no folder",
                "",
                "redirect its output into a file"
            )
            : new(result.GetRequiredValue(file), result.GetValue(claim) ?? [], result.GetValue(machine), common);
}
