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

namespace MeanField.Studio;

/// <summary>The studio as a web server of this machine alone.</summary>
public static class StudioServer
{
    /// <summary>Editors send whole files over the circuit.</summary>
    private const int LargestMessage = 8 << 20;

    /// <summary>As files: an endpoint for each of several hundred assets would take a quarter of the start. A browser asks whether they have changed.</summary>
    private static readonly StaticFileOptions Assets = new()
    {
        OnPrepareResponse = asset => asset.Context.Response.Headers.CacheControl = "no-cache",
    };

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
        // Empty: no settings in files or variables, which would be read and watched, and no log.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "workbench", ContentRootPath = AppContext.BaseDirectory }
        );
        // Without it a tree that was built, not published, serves empty files.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddHostFiltering(options => options.AllowedHosts = ["127.0.0.1", "localhost"]);
        // The keys of this start's forms and circuits are no use to another one: they stay in memory.
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddSingleton(jobs).AddSingleton<ReportShelf>().AddScoped<Draft>();
        builder
            .Services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(options => options.MaximumReceiveMessageSize = LargestMessage);
        LeaveOutKeysOfUser(builder.Services);
        var application = builder.Build();
        application.UseHostFiltering();
        application.Use(new Guard(token).Check);
        application.UseAntiforgery();
        application.UseStaticFiles(Assets);
        new ReportFiles(application.Services.GetRequiredService<ReportShelf>()).Map(application);
        application.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return application;
    }

    /// <summary>A service of ASP.NET reads the keys in the user's home at every start, and writes new ones there.</summary>
    private static void LeaveOutKeysOfUser(IServiceCollection services)
    {
        foreach (var service in services.Where(one => one.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(service);
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
                    Location.OfKey("--port"),
                    $"{port}, where this process cannot listen",
                    "a free port",
                    "",
                    "leave --port out to take one that is free"
                )
            );
        }
    }
}
