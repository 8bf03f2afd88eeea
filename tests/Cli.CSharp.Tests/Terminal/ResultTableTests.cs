using MeanField.Cli.Terminal;

namespace MeanField.Cli.Tests.Terminal;

public sealed class ResultTableTests
{
    [Fact]
    public void A_row_shows_value_error_and_the_reason_of_what_is_missing()
    {
        var writer = new StringWriter { NewLine = "\n" };
        ResultRow[] rows = [new("risk", 0.00123456, 0.0000312), new("kl", null, null, "not bracketed"), new("steps", 400)];
        ResultTable.Write(Screen.On(writer, plain: true), "T1 [greedy]", rows);
        var lines = writer.ToString().Split('\n').Select(line => line.Trim()).ToArray();
        Assert.Contains("T1 [greedy]", lines);
        Assert.Contains(
            lines,
            line =>
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    is ["risk", "│", "0.001235", "│", "0.000031", "│"]
                        or ["risk", "0.001235", "0.000031"]
        );
        Assert.Contains(lines, line => line.StartsWith("kl") && line.EndsWith("not bracketed"));
    }
}
