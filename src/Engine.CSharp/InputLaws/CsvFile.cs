using System.Globalization;
using MeanField.Core;
using Sylvan.Data.Csv;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// A file of comma-separated values under way: a header of distinct names, then rows of as many cells. Cells may be quoted with
/// <c>"</c>; names and cells lose the blanks around them; blank lines are skipped where the header has more than one name;
/// numbers are read in the invariant culture. UTF-8. Faults name the file, the line, the character column and the name of the column.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private const int LargestRecord = 1 << 26;

    private readonly string path;
    private readonly CsvDataReader reader;
    private int line = 1;
    private int nextLine = 1;

    private CsvFile(string path)
    {
        this.path = path;
        reader = Guarded(() =>
            CsvDataReader.Create(
                path,
                new CsvDataReaderOptions
                {
                    // The header is read as a row, so that its faults and line numbers are found the same way.
                    HasHeaders = false,
                    Delimiter = ',',
                    // A header such as #rooms is a name, not a comment.
                    Comment = '\0',
                    BufferSize = 1 << 16,
                    MaxBufferSize = LargestRecord,
                }
            )
        );
    }

    /// <summary>The names of the columns, in file order.</summary>
    public IReadOnlyList<string> Header { get; private set; } = [];

    /// <summary>The numbers of a file of one column, in order. A first cell that begins with a
    /// letter and is no number is the name of the column; any other counts, so that a slip in the first number is told, not dropped.</summary>
    /// <exception cref="FaultException">No such file, an empty file, several columns, a cell that is empty, not a number or not finite.</exception>
    public static double[] ReadColumn(string path)
    {
        using var file = Existing(path);
        file.ReadNames();

        if (file.Header.Count > 1)
        {
            const string expected = "one column: a constant is a scalar or a vector";
            throw file.RefusedCell(1, $"{file.Header.Count} columns", expected, "give each column a file of its own");
        }

        if (file.Header[0] is [var initial, ..] && char.IsLetter(initial) && !IsNumber(file.Header[0], out _))
        {
            return file.ReadRows([0]);
        }

        file.Header = [""];
        double[] first = [file.Number(0)];
        return [.. first, .. file.Rows([0])];
    }

    /// <summary>Opens the file and reads its header.</summary>
    /// <exception cref="FaultException">No such file, an empty file, a name that is empty or there twice.</exception>
    public static CsvFile Open(string path)
    {
        var file = Existing(path);

        try
        {
            file.ReadHeader();
            return file;
        }
        catch (FaultException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The position of a column, from 0.</summary>
    /// <exception cref="FaultException">There is no such column; the fault names the nearest one.</exception>
    public int OrdinalOf(string name)
    {
        var ordinal = Header.ToList().IndexOf(name);

        if (ordinal >= 0)
        {
            return ordinal;
        }

        var listed = string.Join(", ", Header.Take(12).Select(column => $"'{column}'")) + (Header.Count > 12 ? ", ..." : "");
        var nearest = FaultModule.nearest(name, Header);
        throw Refusal(path, 1, 0, $"no column '{name}'", $"one of {listed}", nearest, "correct the name; cells are separated by commas");
    }

    /// <summary>The numbers of the given columns in all rows that remain, row-major (rows x ordinals). Other columns may hold anything.</summary>
    /// <exception cref="FaultException">No rows, a ragged row, a cell that is empty, not a number or not finite.</exception>
    public double[] ReadRows(IReadOnlyList<int> ordinals)
    {
        var values = Rows(ordinals);
        return values.Count > 0
            ? [.. values]
            : throw Refusal(path, nextLine, 0, "no rows", "at least one row of numbers below the header", "", "");
    }

    public void Dispose() => reader.Dispose();

    private static CsvFile Existing(string path) =>
        File.Exists(path)
            ? new CsvFile(path)
            : throw Refusal(
                path,
                0,
                0,
                "no such file",
                "a file of comma-separated values",
                "",
                "paths count from the problem file's folder"
            );

    private List<double> Rows(IReadOnlyList<int> ordinals)
    {
        var values = new List<double>();

        while (ReadRecord())
        {
            CheckWidth();

            foreach (var ordinal in ordinals)
            {
                values.Add(Number(ordinal));
            }
        }

        return values;
    }

    private void ReadNames()
    {
        if (!ReadRecord())
        {
            throw Refusal(path, 0, 0, "an empty file", "a header of column names, then rows", "", "");
        }

        Header = [.. Enumerable.Range(0, reader.RowFieldCount).Select(Cell)];
    }

    private void ReadHeader()
    {
        ReadNames();

        for (var ordinal = 0; ordinal < Header.Count; ordinal++)
        {
            var name = Header[ordinal];

            if (name.Length == 0 || Header.Take(ordinal).Contains(name))
            {
                var found = name.Length == 0 ? $"no name for column {ordinal + 1}" : $"the column name '{name}' twice";
                throw RefusedCell(ordinal, found, "a name of its own for every column", "rename the column in the file");
            }
        }
    }

    private bool ReadRecord()
    {
        do
        {
            line = nextLine;

            if (!Guarded(reader.Read))
            {
                return false;
            }

            nextLine = line + LineBreaks(reader.GetRawRecordSpan());
        } while (Header.Count > 1 && reader.GetRawRecordSpan().IsWhiteSpace());

        return true;
    }

    private void CheckWidth()
    {
        if (reader.RowFieldCount != Header.Count)
        {
            throw Refusal(
                path,
                line,
                0,
                $"{reader.RowFieldCount} cells",
                $"{Header.Count}, as in the header",
                "",
                "complete the row, and put cells that contain commas in quotes"
            );
        }
    }

    private double Number(int ordinal)
    {
        var text = Cell(ordinal);
        const string expected = "a finite number such as -1.5 or 2e-3";

        if (text.Length == 0)
        {
            throw RefusedCell(ordinal, $"an empty cell{InColumn(ordinal)}", expected, "fill it, or leave out the row or the column");
        }

        if (!IsNumber(text, out var number))
        {
            throw RefusedCell(ordinal, $"'{text}'{InColumn(ordinal)}", expected, "correct it, or leave out the row or the column");
        }

        return double.IsFinite(number)
            ? number
            : throw RefusedCell(ordinal, $"'{text}'{InColumn(ordinal)}, which is not finite", expected, "leave out the row");
    }

    /// <summary>The name of a column in a message, where it has one.</summary>
    private string InColumn(int ordinal) => Header[ordinal].Length == 0 ? "" : $" in column '{Header[ordinal]}'";

    // The parser forgives zero characters at the end, which a damaged file may hold.
    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && !text.EndsWith('\0');

    private string Cell(int ordinal) => reader.GetString(ordinal).Trim();

    private FaultException RefusedCell(int ordinal, string found, string expected, string remedy)
    {
        var before = CellStart(reader.GetRawRecordSpan(), ordinal);
        var lastBreak = before.LastIndexOfAny('\r', '\n');
        return Refusal(path, line + LineBreaks(before), before.Length - lastBreak, found, expected, "", remedy);
    }

    /// <summary>The raw record up to the first character of a cell.</summary>
    private static ReadOnlySpan<char> CellStart(ReadOnlySpan<char> record, int ordinal)
    {
        var (position, quoted) = (0, false);

        for (; ordinal > 0 && position < record.Length; position++)
        {
            quoted ^= record[position] == '"';
            ordinal -= !quoted && record[position] == ',' ? 1 : 0;
        }

        return record[..position];
    }

    private static int LineBreaks(ReadOnlySpan<char> text) => text.Count('\n') + text.Count('\r') - text.Count("\r\n");

    /// <summary>Turns the reader's complaints about the shape of the file into faults.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CsvRecordTooLargeException)
        {
            const string remedy = "look for a quote that is not closed";
            throw Refusal(path, nextLine, 0, $"a row of more than {LargestRecord} characters", "shorter rows", "", remedy);
        }
        catch (CsvFormatException problem)
        {
            const string expected = "quotes only around whole cells, doubled inside them, right after a comma and right before the next";
            throw Refusal(path, nextLine, 0, $"quotes that do not match ({problem.Message.TrimEnd('.')})", expected, "", "");
        }
    }

    private static FaultException Refusal(
        string path,
        int line,
        int column,
        string found,
        string expected,
        string nearest,
        string remedy
    ) => new(FaultModule.invalid(new Location(path, line, column, ""), found, expected, nearest, remedy));
}
