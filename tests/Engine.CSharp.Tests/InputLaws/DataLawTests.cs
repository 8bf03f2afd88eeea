using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class DataLawTests : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(file);

    private DataLaw Read(string text, string[]? inputs = null, string? target = null, bool standardize = false)
    {
        File.WriteAllText(file, text);
        return DataLaw.Read(new DataSource(file, inputs, target, standardize, standardize));
    }

    private string Refusal(string text, string[]? inputs = null, string? target = null, bool standardize = false) =>
        FaultModule.message(Assert.Throws<FaultException>(() => Read(text, inputs, target, standardize)).Fault)[(file.Length + 2)..];

    [Fact]
    public void A_star_takes_every_column_but_the_target()
    {
        var law = Read("a,b,y\n1,2,3\n4,5,6\n", target: "y");

        Assert.Equal(["a", "b"], law.Inputs);
        Assert.Equal([1, 2, 4, 5], law.Nodes[NodeTable.Inputs].Values);
        Assert.Equal([3, 6], law.Nodes[DataLaw.Target].Values);
        Assert.Equal([0.5, 0.5], law.Nodes[NodeTable.Weights].Values);
    }

    [Fact]
    public void Inputs_come_in_the_order_asked_for_and_other_columns_may_hold_words()
    {
        var law = Read("name,a,b\nAda,1,2\nEmmy,3,4", ["b", "a"]);

        Assert.Equal([2, 1, 4, 3], law.Nodes[NodeTable.Inputs].Values);
        Assert.Single(law.Nodes.Columns, column => column.Name == "x" && column.Width == 2);
    }

    [Fact]
    public void Names_may_hold_spaces_commas_and_quotes_and_stand_in_quotes()
    {
        var law = Read(
            "mean radius,\"area, total\",\"so \"\"called\"\"\",#n\r\n1,2,3,4\r\n",
            ["so \"called\"", "mean radius", "area, total", "#n"]
        );

        Assert.Equal([3, 1, 2, 4], law.Nodes[NodeTable.Inputs].Values);
    }

    [Fact]
    public void Blanks_around_cells_a_byte_order_mark_and_blank_lines_do_not_matter() =>
        Assert.Equal([1, -2e-3, 3, 4], Read("\uFEFFa, b\n 1 ,-2e-3\n\n\"3\",4\n\n\n", ["a", "b"]).Nodes[NodeTable.Inputs].Values);

    [Fact]
    public void Standard_units_have_mean_zero_and_population_variance_one_and_can_be_undone()
    {
        var law = Read("a,y\n1,10\n2,30\n3,20\n6,0\n", target: "y", standardize: true);
        var x = law.Nodes[NodeTable.Inputs].Values;

        // By hand: mean 3, squared deviations 4 + 1 + 0 + 9 = 14, over n = 4.
        Assert.Equal(3, law.InputStandardization!.Means[0]);
        Assert.Equal(Math.Sqrt(3.5), law.InputStandardization.Scales[0], 15);
        Assert.Equal(15, law.TargetStandardization!.Means[0]);
        Assert.Equal(Math.Sqrt(125), law.TargetStandardization.Scales[0], 13);
        Assert.Equal([1, 2, 3, 6], law.InputStandardization.Undo(x).Select(value => Math.Round(value, 12)));
        Assert.Equal((6 - 3) / Math.Sqrt(3.5), x[3], 15);
    }

    [Fact]
    public void Without_standardisation_none_is_reported()
    {
        var law = Read("a,y\n1,1\n1,1\n", target: "y");

        Assert.Null(law.InputStandardization);
        Assert.Null(law.TargetStandardization);
    }

    [Theory]
    [InlineData("a,y\n0.1,1\n0.1,2\n0.1,3\n", "the same value in every row of column 'a'")]
    [InlineData("a,y\n1,0.3\n2,0.3\n4,0.3\n", "the same value in every row of column 'y'")]
    [InlineData("a,y\n1e300,1\n-1e300,2\n", "a variance of column 'a' beyond the range of numbers")]
    public void A_column_that_cannot_be_standardised_is_refused(string text, string found)
    {
        var message = Refusal(text, target: "y", standardize: true);

        Assert.Contains(found, message);
        Assert.Contains("set standardize = false", message);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,\n", "line 3, column 3: found an empty cell in column 'b'")]
    [InlineData("a,b\n1,2\n3,  \n", "line 3, column 3: found an empty cell in column 'b'")]
    [InlineData("a,b\n1,2\n3,x7\n", "line 3, column 3: found 'x7' in column 'b'")]
    [InlineData("a,b\r\n1,\"1,5\"\r\n", "line 2, column 3: found '1,5' in column 'b'")]
    [InlineData("a,b\n\n1,2\n\nNaN,4\n", "line 5, column 1: found 'NaN' in column 'a', which is not finite")]
    [InlineData("a,b\n1,-Infinity\n", "line 2, column 3: found '-Infinity' in column 'b', which is not finite")]
    [InlineData("a,b\n1,2\0\n", "line 2, column 3: found '2\\u0000' in column 'b'")]
    [InlineData("a,b\n1,1e999\n", "line 2, column 3: found '1e999' in column 'b', which is not finite")]
    public void A_cell_that_is_no_finite_number_is_refused_at_its_place(string text, string found)
    {
        var message = Refusal(text);

        Assert.StartsWith(found, message);
        Assert.Contains("expected a finite number", message);
    }

    [Fact]
    public void Lines_are_counted_through_quoted_line_breaks() =>
        Assert.StartsWith("line 5, column 7: found 'oops'", Refusal("note,b\n\"two\nlines\",1\n\"a\nb, c\",oops\n", ["b"]));

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "line 3: found 1 cells; expected 2, as in the header")]
    [InlineData("a,b\n1,2,9\n", "line 2: found 3 cells; expected 2, as in the header")]
    public void A_ragged_row_is_refused(string text, string found) => Assert.StartsWith(found, Refusal(text));

    [Theory]
    [InlineData("", "found an empty file")]
    [InlineData("a,b\n", "line 2: found no rows")]
    [InlineData("a,b\n\n\n", "found no rows")]
    [InlineData("a, b,a\n1,2,3\n", "line 1, column 6: found the column name 'a' twice")]
    [InlineData("a,,b\n1,2,3\n", "line 1, column 3: found no name for column 2")]
    [InlineData("a,b\n1,\"2\n3,4\n", "line 2: found ")]
    public void A_file_without_sense_is_refused(string text, string found) => Assert.Contains(found, Refusal(text));

    [Fact]
    public void A_wrong_column_is_refused_with_the_nearest_name()
    {
        var message = Refusal("age,bmi,progression\n1,2,3\n", ["age", "bmj"], "progression");

        Assert.StartsWith("line 1: found no column 'bmj'; expected one of 'age', 'bmi', 'progression'; did you mean 'bmi'?", message);
    }

    [Fact]
    public void A_wrong_target_is_refused_with_the_nearest_name() =>
        Assert.Contains("did you mean 'progression'?", Refusal("age,progression\n1,2\n", target: "progresion"));

    [Fact]
    public void A_column_asked_for_twice_is_refused() => Assert.Contains("the input column 'a' twice", Refusal("a,b\n1,2\n", ["a", "a"]));

    [Fact]
    public void No_inputs_are_refused() => Assert.Contains("no input columns", Refusal("y\n1\n", target: "y"));

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        var fault = Assert.Throws<FaultException>(() => DataLaw.Columns(file)).Fault;

        Assert.StartsWith($"{file}: found no such file", FaultModule.message(fault));
        Assert.Equal(2, FaultModule.exitCode(fault));
    }

    [Fact]
    public void A_record_longer_than_the_first_buffer_is_read()
    {
        var names = Enumerable.Range(0, 5000).Select(i => $"column {i}").ToArray();
        var cells = string.Join(",", names.Select((_, i) => $"{i}.000000000000000000000000"));

        Assert.Equal(
            Enumerable.Range(0, 5000).Select(i => (double)i),
            Read($"{string.Join(",", names)}\n{cells}\n").Nodes[NodeTable.Inputs].Values
        );
    }
}
