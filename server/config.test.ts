import { expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';

it('needs nothing to start', () => {
  expect(parseConfig({}, '/srv/bulkhead')).toMatchObject({
    port: 4000,
    host: '127.0.0.1',
    publicUrl: null,
    dataDir: '/srv/bulkhead/data',
    databaseUrl: null,
    secret: null,
    logLevel: 'info',
    trustProxy: false,
    redisUrl: null,
    stripe: null,
    currency: 'EUR',
    embedDir: '/srv/bulkhead/dist/embed',
  });
});

it('reads what is set', () => {
  const config = parseConfig({
    PORT: '0',
    PUBLIC_URL: 'https://chat.example/',
    BULKHEAD_DATA: '/var/lib/bulkhead',
    DATABASE_URL: 'postgres://chat:p%40ss@db.example:5432/bulkhead?sslmode=require',
    TRUST_PROXY: '1',
    STRIPE_SECRET_KEY: 'rk_test_x',
    STRIPE_WEBHOOK_SECRET: 'whsec_x',
    STRIPE_API_BASE: 'http://localhost:4002',
  });
  expect(config).toMatchObject({
    port: 0,
    publicUrl: 'https://chat.example',
    dataDir: '/var/lib/bulkhead',
    databaseUrl: 'postgres://chat:p%40ss@db.example:5432/bulkhead?sslmode=require',
    trustProxy: 1,
    stripe: { secretKey: 'rk_test_x', webhookSecret: 'whsec_x', apiBase: 'http://localhost:4002' },
  });
});

it.each([
  [{ PORT: '70000' }, /PORT must be a whole number/],
  [{ PORT: '4e3' }, /PORT/],
  [{ PUBLIC_URL: 'https://chat.example/app' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'chat.example' }, /PUBLIC_URL/],
  [{ PUBLIC_URL: 'javascript:alert(1)' }, /PUBLIC_URL/],
  [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL must be one of/],
  [{ BULKHEAD_SECRET: 'short' }, /BULKHEAD_SECRET must have at least 32/],
  [{ BULKHEAD_CURRENCY: 'eur' }, /BULKHEAD_CURRENCY/],
  [{ METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' }, /METRICS_HOST other than this machine needs/],
  [{ METRICS_PORT: '9464', METRICS_TOKEN: 'short' }, /METRICS_TOKEN must have at least 16/],
  [{ METRICS_TOKEN: 'a'.repeat(16) }, /METRICS_TOKEN is set without METRICS_PORT/],
  [{ DRAIN_DELAY_MS: '-1' }, /DRAIN_DELAY_MS must be a whole number/],
  [{ LIMIT_CONNECTIONS: '0' }, /LIMIT_CONNECTIONS must be a whole number/],
  [{ REDIS_URL: 'localhost:6379' }, /REDIS_URL must be such as redis:/],
  [{ REDIS_URL: 'http://localhost:6379' }, /REDIS_URL must be such as redis:/],
  [{ REDIS_URL: 'redis://localhost' }, /REDIS_URL needs DATABASE_URL/],
  [
    { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://localhost/bulkhead' },
    /REDIS_URL needs BULKHEAD_SECRET, the same for every process/,
  ],
  [{ DATABASE_URL: 'mysql://chat@db.example/bulkhead' }, /DATABASE_URL must look like postgres:/],
  [{ DATABASE_URL: 'postgres://chat@db.example' }, /DATABASE_URL/],
  [{ DATABASE_URL: 'postgres://chat:100%@db.example/bulkhead' }, /DATABASE_URL/],
  [{ STRIPE_SECRET_KEY: 'pk_test_x', STRIPE_WEBHOOK_SECRET: 'w' }, /must begin with sk_ or rk_/],
  [{ STRIPE_SECRET_KEY: 'sk_test_x' }, /needs STRIPE_WEBHOOK_SECRET/],
  [{ STRIPE_WEBHOOK_SECRET: 'whsec_x' }, /without STRIPE_SECRET_KEY/],
  [{ BULKHEAD_WITNESS_URL: 'http://witness.example/' }, /BULKHEAD_WITNESS_URL must be an https/],
  [{ BULKHEAD_WITNESS_URL: 'https://u:p@witness.example/' }, /BULKHEAD_WITNESS_URL/],
])('refuses %j in words that name the variable', (env, words) => {
  expect(() => parseConfig(env)).toThrow(words);
});

it('says everything at once, and no secret', () => {
  const env = {
    PORT: 'x',
    LOG_LEVEL: 'y',
    STRIPE_SECRET_KEY: 'hunter2',
    REDIS_URL: 'http://hunter2@cache',
  };
  try {
    parseConfig(env);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as ConfigError;
    expect(message.match(/^ {2}- /gm)).toHaveLength(7);
    expect(message).not.toContain('hunter2');
  }
});

const HOOK = {
  BULKHEAD_ALERT_URL: 'https://shop.example/a',
  BULKHEAD_ALERT_SECRET: 's'.repeat(32),
};
const MAIL = {
  SMTP_URL: 'smtps://me:p%40ss@mail.example',
  ALERT_EMAIL_FROM: 'chat@vendor.example',
};

it('[REPORT-3] reads who is told of incidents', () => {
  const { alerts } = parseConfig({ ...HOOK, ...MAIL, ALERT_EMAIL_TO: 'a@x.example, b@y.example' });
  expect(alerts).toEqual({
    webhook: { url: HOOK.BULKHEAD_ALERT_URL, secret: HOOK.BULKHEAD_ALERT_SECRET },
    mail: {
      server: { host: 'mail.example', port: 465, secure: true, auth: { user: 'me', pass: 'p@ss' } },
      from: 'chat@vendor.example',
      to: ['a@x.example', 'b@y.example'],
    },
  });
  expect(parseConfig({}).alerts).toEqual({ webhook: null, mail: null });
  expect(parseConfig({ ...MAIL, SMTP_URL: 'smtp://[::1]:2525' }).alerts.mail).toMatchObject({
    server: { host: '::1', port: 2525, secure: false, auth: null },
    to: [],
  });
});

it.each([
  [{ ...HOOK, BULKHEAD_ALERT_URL: 'http://10.0.0.7/a' }, /BULKHEAD_ALERT_URL must be an https/],
  [{ ...HOOK, BULKHEAD_ALERT_URL: 'https://u:p@x.example' }, /BULKHEAD_ALERT_URL must be an https/],
  [{ ...HOOK, BULKHEAD_ALERT_SECRET: 'short' }, /needs BULKHEAD_ALERT_SECRET/],
  [{ BULKHEAD_ALERT_SECRET: 'x' }, /BULKHEAD_ALERT_SECRET is set without/],
  [{ ALERT_EMAIL_TO: 'a@x.example' }, /ALERT_EMAIL_TO is set without SMTP_URL/],
  [{ SMTP_URL: 'smtp://mail.example' }, /SMTP_URL needs ALERT_EMAIL_FROM/],
  [{ ...MAIL, SMTP_URL: 'http://mail.example' }, /SMTP_URL must look like/],
  [
    { ...MAIL, SMTP_URL: 'smtp://mail.example/?tls.rejectUnauthorized=false' },
    /SMTP_URL must look/,
  ],
  [{ ...MAIL, ALERT_EMAIL_TO: 'a@x.example\r\nBcc: b@y.example' }, /ALERT_EMAIL_TO must be/],
  [{ ...MAIL, ALERT_EMAIL_FROM: 'Bulkhead <chat@vendor.example>' }, /ALERT_EMAIL_FROM, one plain/],
])('[REPORT-3] says what is wrong with %j', (env, words) => {
  expect(() => parseConfig(env)).toThrow(words);
});
