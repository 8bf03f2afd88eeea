using System.Net;
using System.Net.Sockets;
using MeanField.Core;
using MeanField.Studio.Components;
using MeanField.Studio.Folders;
using MeanField.Studio.Jobs;
using MeanField.Studio.Problems;
using MeanField.Studio.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeanField.Studio;

/// <summary>The studio as a web server of this machine alone.</summary>
public static class StudioServer
{
    /// <summary>Editors send whole files over the circuit.</summary>
    private const int LargestMessage = 8 << 20;

    /// <summary>Serves on 127.0.0.1 until it is cancelled. <paramref name="listening"/> is told the address, with the token that it asks for.</summary>
    /// <param name="port">The port, 0 for a free one.</param>
    /// <param name="commands">What computes.</param>
    /// <param name="listening">Hears the address.</param>
    /// <param name="cancel">Ends it; jobs that still run keep what they have reached.</param>
    /// <exception cref="FaultException">The port is not free, or not ours to take.</exception>
    public static async Task Serve(int port, ICommands commands, Action<Uri> listening, CancellationToken cancel)
    {
        var token = Guard.NewToken();
        var jobs = new JobList(commands);
        await using var application = Build(port, token, jobs);
        await Start(application, port);
        listening(new Uri($"{application.Urls.Single()}/?token={token}"));
        var stopped = new TaskCompletionSource();
        await using var registration = cancel.Register(stopped.SetResult);
        await stopped.Task;
        jobs.StopAll();
        // Open pages do not hold it up.
        await application.StopAsync(new CancellationToken(canceled: true));
    }

    private static WebApplication Build(int port, string token, JobList jobs)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = "workbench", ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Logging.ClearProviders();
        // Without it a tree that was built, not published, serves empty files.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddHostFiltering(options => options.AllowedHosts = ["127.0.0.1", "localhost"]);
        // The keys of this start's forms and circuits are no use to another one: they stay in memory.
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddSingleton(jobs).AddSingleton<ReportShelf>().AddScoped<Draft>();
        builder
            .Services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(options => options.MaximumReceiveMessageSize = LargestMessage);
        var application = builder.Build();
        application.UseHostFiltering();
        application.Use(new Guard(token).Check);
        application.UseAntiforgery();
        application.MapStaticAssets();
        ReportFiles.Map(application);
        application.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return application;
    }

    private static async Task Start(WebApplication application, int port)
    {
        try
        {
            await application.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new FaultException(
                FaultModule.invalid(
                    new Location("", 0, 0, "--port"),
                    $"{port}, where this process cannot listen",
                    "a free port",
                    "",
                    "leave --port out to take one that is free"
                )
            );
        }
    }
}
