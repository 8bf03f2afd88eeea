namespace MeanField.Report.Pages;

/// <summary>What a user of a report cites: the theory that it stands on.</summary>
internal static class Citation
{
    public const string Bibtex = """
        @article{tzen2020,
          author = {Tzen, Belinda and Raginsky, Maxim},
          title = {A mean-field theory of lazy training in two-layer neural nets: entropic regularization and controlled {M}c{K}ean-{V}lasov dynamics},
          journal = {arXiv:2002.01987},
          year = {2020}
        }
        """;
}
