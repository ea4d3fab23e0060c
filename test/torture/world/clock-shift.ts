/**
 * Preloaded into a server under torture: its clock is moved by what its parent says, in milliseconds, and
 * one that does not end says what it waits for.
 */
let aheadMs = 0;

const RealDate = Date;
class ShiftedDate extends RealDate {
  constructor(...given: ConstructorParameters<typeof Date> | []) {
    if (given.length === 0) super(RealDate.now() + aheadMs);
    else super(...given);
  }
  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;

process.on('message', (message: unknown) => {
  if (typeof message === 'object' && message !== null && 'aheadMs' in message) {
    aheadMs = Number(message.aheadMs);
  }
  if (message === 'what keeps you?') {
    process.stderr.write(`kept by ${process.getActiveResourcesInfo().join(' ')}\n`);
  }
});
// Nobody is to outlive a test that was ended.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// The channel alone must not keep a server alive that wants to end.
process.channel?.unref();
