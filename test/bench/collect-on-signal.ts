/** Preloaded into both servers: a full collection on SIGUSR2, so that memory figures compare. */
process.on('SIGUSR2', () => globalThis.gc?.());
// A bench that was killed leaves nobody behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
