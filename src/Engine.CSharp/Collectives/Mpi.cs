using System.Globalization;
using System.Runtime.InteropServices;
using MeanField.Core;

namespace MeanField.Engine.Collectives;

/// <summary>
/// The processes that Open MPI's mpirun started: a few calls of its library, found when the process starts, so that a workbench without
/// mpirun needs none. Source: MPI: A Message-Passing Interface Standard, 3.1, chapters 5, 6 and 8; the handles are Open MPI's.
/// </summary>
public sealed unsafe class Mpi : ICommunicator
{
    private const string Library = "libmpi.so.40";
    private const string SizeOfWorld = "OMPI_COMM_WORLD_SIZE";
    private const string SizeOnMachine = "OMPI_COMM_WORLD_LOCAL_SIZE";

    // MPI_THREAD_SERIALIZED: any thread may call, one at a time.
    private const int Serialized = 2;
    private static readonly void* InPlace = (void*)1;

    private readonly nint library;
    private readonly nint world;
    private readonly nint numbers;
    private readonly delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int> allGather;

    private Mpi()
    {
        library = Load();
        (world, numbers) = (Export("ompi_mpi_comm_world"), Export("ompi_mpi_double"));
        allGather = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int>)Export("MPI_Allgatherv");
        int provided;
        Check(((delegate* unmanaged<int*, byte***, int, int*, int>)Export("MPI_Init_thread"))(null, null, Serialized, &provided));
        (Rank, Size, OnThisMachine) = (Number("MPI_Comm_rank"), Number("MPI_Comm_size"), FromEnvironment(SizeOnMachine));
    }

    /// <summary>The processes of this run: those of mpirun where it started this one beside others, else this one alone.</summary>
    /// <exception cref="FaultException">mpirun started this process, but its library is not there.</exception>
    public static ICommunicator OfProcess() => FromEnvironment(SizeOfWorld) > 1 ? new Mpi() : OneProcess.Alone;

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public int OnThisMachine { get; }

    /// <inheritdoc/>
    public void AllGather(Span<double> parts, ReadOnlySpan<int> counts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length, Size, nameof(counts));
        Span<int> starts = stackalloc int[Size];
        for (var rank = 1; rank < Size; rank++)
            starts[rank] = checked(starts[rank - 1] + counts[rank - 1]);
        ArgumentOutOfRangeException.ThrowIfNotEqual(parts.Length, checked(starts[^1] + counts[^1]), nameof(parts));
        fixed (double* all = parts)
        fixed (
            int* length = counts,
                start = starts
        )
            Check(allGather(InPlace, 0, numbers, all, length, start, numbers, world));
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => ((delegate* unmanaged<nint, int, int>)Export("MPI_Abort"))(world, exitCode);

    /// <summary>Collective. Ends the use of the library.</summary>
    public void Dispose() => Check(((delegate* unmanaged<int>)Export("MPI_Finalize"))());

    private static nint Load() =>
        NativeLibrary.TryLoad(Library, out var found)
            ? found
            : throw new FaultException(
                FaultModule.unsupported(
                    Location.OfFile("mpirun"),
                    $"{SizeOfWorld} in the environment and no {Library}",
                    "Open MPI 4 or 5",
                    "",
                    "install it (Debian: apt-get install openmpi-bin), or run without mpirun"
                )
            );

    private static int FromEnvironment(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : 1;

    private nint Export(string name) => NativeLibrary.GetExport(library, name);

    private int Number(string function)
    {
        int number;
        Check(((delegate* unmanaged<nint, int*, int>)Export(function))(world, &number));
        return number;
    }

    /// <summary>The library ends the process at errors by itself, unless it is told otherwise.</summary>
    private static void Check(int error)
    {
        if (error != 0)
            throw new IOException($"MPI failed with error {error}");
    }
}
