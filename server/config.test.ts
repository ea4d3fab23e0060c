import { expect, it } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';

it('needs nothing to start', () => {
  expect(parseConfig({}, '/srv/bulkhead')).toMatchObject({
    port: 4000,
    host: '127.0.0.1',
    publicUrl: null,
    dataDir: '/srv/bulkhead/data',
    secret: null,
    logLevel: 'info',
    trustProxy: false,
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
    TRUST_PROXY: '1',
    STRIPE_SECRET_KEY: 'rk_test_x',
    STRIPE_WEBHOOK_SECRET: 'whsec_x',
    STRIPE_API_BASE: 'http://localhost:4002',
  });
  expect(config).toMatchObject({
    port: 0,
    publicUrl: 'https://chat.example',
    dataDir: '/var/lib/bulkhead',
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
  [{ STRIPE_SECRET_KEY: 'pk_test_x', STRIPE_WEBHOOK_SECRET: 'w' }, /must begin with sk_ or rk_/],
  [{ STRIPE_SECRET_KEY: 'sk_test_x' }, /needs STRIPE_WEBHOOK_SECRET/],
  [{ STRIPE_WEBHOOK_SECRET: 'whsec_x' }, /without STRIPE_SECRET_KEY/],
  [{ BULKHEAD_WITNESS_URL: 'http://witness.example/' }, /BULKHEAD_WITNESS_URL must be an https/],
  [{ BULKHEAD_WITNESS_URL: 'https://u:p@witness.example/' }, /BULKHEAD_WITNESS_URL/],
])('refuses %j in words that name the variable', (env, words) => {
  expect(() => parseConfig(env)).toThrow(words);
});

it('says everything at once, and no secret', () => {
  const env = { PORT: 'x', LOG_LEVEL: 'y', STRIPE_SECRET_KEY: 'hunter2' };
  try {
    parseConfig(env);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as ConfigError;
    expect(message.match(/^ {2}- /gm)).toHaveLength(4);
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
