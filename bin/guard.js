/**
 * Loaded before the entry of every process that another one of ours started: when the channel to
 * the parent breaks, because the parent ended in whatever way, this process is told to stop.
 */
if (process.channel !== undefined && process.channel !== null) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
