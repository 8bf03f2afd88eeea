using MeanField.Core;

namespace MeanField.Cli.Tests;

public sealed class FailureTests
{
    [Fact]
    public void A_fault_of_the_input_is_told_in_one_line_with_exit_code_2()
    {
        var fault = FaultModule.invalid(new("p.toml", 3, 5, "energy.beta"), "'abc'", "a number", "", "write a number");
        var (code, text) = Report(new FaultException(fault));
        Assert.Equal((2, "p.toml, line 3, column 5, key energy.beta: found 'abc'; expected a number; write a number\n"), (code, text));
    }

    [Fact]
    public void A_fault_that_reaches_us_through_a_task_is_told_like_any_other()
    {
        var fault = new FaultException(FaultModule.invalid(new("p.toml", 0, 0, ""), "a", "b", "", "c"));
        Assert.Equal(Report(fault), Report(new AggregateException(fault)));
    }

    [Fact]
    public void A_failure_of_input_or_output_ends_with_exit_code_3()
    {
        var (code, text) = Report(new IOException("No space left on device."));
        Assert.Equal((3, "No space left on device; check that the place exists, may be written and has room\n"), (code, text));
    }

    [Fact]
    public void A_bug_ends_with_exit_code_70_and_a_report_without_a_stack_trace()
    {
        var (code, text) = Report(Thrown());
        Assert.Equal(70, code);
        Assert.StartsWith("internal error: InvalidOperationException: broken; please report it with the dump that follows\n", text);
        Assert.Contains($"in: {typeof(FailureTests).FullName}.{nameof(Break)}\ncommand: workbench run p.toml\nversion: ", text);
        Assert.DoesNotContain("   at ", text);
    }

    [Fact]
    public void The_dump_of_an_internal_fault_follows_its_message()
    {
        var (code, text) = Report(new FaultException(Fault.NewInternalBug("no such value", "%0 : uniform = 1")));
        Assert.Equal((70, "internal error: no such value; please report it with the dump that follows\n%0 : uniform = 1\n"), (code, text));
    }

    private static Exception Thrown() => Assert.Throws<InvalidOperationException>(Break);

    private static void Break() => throw new InvalidOperationException("broken");

    private static (int Code, string Text) Report(Exception failure)
    {
        var error = new StringWriter { NewLine = "\n" };
        return (Failure.Report(failure, ["run", "p.toml"], error), error.ToString());
    }
}
