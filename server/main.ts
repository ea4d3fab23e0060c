/** Configuration -> app -> listen; signals end it. Nothing else. */
import { createApp } from './app.ts';
import { ConfigError, parseConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { DatabaseTooNewError } from './store/migrate.ts';

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const logger = createLogger(config.logLevel);
  const app = await createApp({ config, logger });

  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'closing');
    app.close().then(
      () => process.exit(0),
      (err: unknown) => {
        logger.fatal({ err }, 'closing failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // Nobody knows what state is left: say why, and let the supervisor start a clean one.
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught');
    process.exit(1);
  });
  await app.listen();
}

main().catch((error: unknown) => {
  const isForThePerson = error instanceof ConfigError || error instanceof DatabaseTooNewError;
  if (isForThePerson) process.stderr.write(`${error.message}\n`);
  else createLogger('info').fatal({ err: error }, 'could not start');
  process.exitCode = 1;
});
