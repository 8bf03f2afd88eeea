namespace MeanField.Cli.Tests;

/// <summary>A test that mounts a disk of memory, and is skipped where that is not allowed.</summary>
internal sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!FullDiskCampaign.IsAllowed)
            Skip = "needs the right to mount";
    }
}
