namespace MeanField.Studio.Jobs;

/// <summary>All jobs of this studio, whichever page asked for them. Those that compute take all cores and go one after another; checks go at once.</summary>
internal sealed class JobList(ICommands commands)
{
    private static readonly string[] Checks = ["verify"];

    private readonly List<Job> jobs = [];
    private readonly SemaphoreSlim machine = new(1);

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Job> All
    {
        get
        {
            lock (jobs)
                return [.. Enumerable.Reverse(jobs)];
        }
    }

    /// <summary>Asks for a command; --json is added.</summary>
    public Job Start(params IEnumerable<string> arguments)
    {
        Job job;
        lock (jobs)
            jobs.Add(job = new Job(jobs.Count + 1, [.. arguments, "--json"]));
        new Thread(() => Run(job)) { IsBackground = true, Name = job.Line }.Start();
        return job;
    }

    /// <summary>Stops whatever has not ended, and waits until it has kept what it reached.</summary>
    public void StopAll()
    {
        foreach (var job in All)
            job.Stop();
        SpinWait.SpinUntil(() => All.All(job => !job.IsActive));
    }

    private void Run(Job job)
    {
        if (Checks.Contains(job.Command))
        {
            job.Run(commands);
            return;
        }
        machine.Wait();
        try
        {
            job.Run(commands);
        }
        finally
        {
            machine.Release();
        }
    }
}
