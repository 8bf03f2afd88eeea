namespace MeanField.Studio.Jobs;

/// <summary>How a job stands.</summary>
public enum JobState
{
    Waiting,
    Running,
    Done,
    Failed,
    Stopped,
}
