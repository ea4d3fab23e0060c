/** Configuration -> app -> listen; signals end it. Nothing else. */
import { type App, createApp } from './app.ts';
import { ConfigError, parseConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { answerWhileStarting } from './starting.ts';
import { DatabaseUnusableError } from './store/database-errors.ts';

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const logger = createLogger(config.logLevel);
  // Nobody knows what state is left: say why, and let the supervisor start a clean one.
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught');
    process.exit(1);
  });
  let served: App | null = null;
  let isClosing = false;
  const stop = (signal: NodeJS.Signals) => {
    // Whoever says it twice does not want to wait. What was acknowledged is on disk.
    if (isClosing) process.exit(1);
    isClosing = true;
    logger.info({ signal }, 'closing');
    // Nothing was answered yet; a migration that is cut short is undone.
    if (!served) process.exit(0);
    served.close().then(
      () => process.exit(0),
      (err: unknown) => {
        logger.fatal({ err }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const stopAnswering = await answerWhileStarting(config);
  const app = await createApp({ config, logger });
  await stopAnswering();
  await app.listen();
  served = app;
}

main().catch((error: unknown) => {
  const isForThePerson = error instanceof ConfigError || error instanceof DatabaseUnusableError;
  if (isForThePerson) process.stderr.write(`${error.message}\n`);
  else createLogger('info').fatal({ err: error }, 'could not start');
  process.exit(1);
});
