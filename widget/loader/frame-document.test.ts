import { describe, expect, it } from 'vitest';
import { frameHead, scriptTag } from './frame-document.ts';

describe('the document of the frame', () => {
  const head = frameHead('https://chat.example', 'sha384-abc');
  const policy = /content="([^"]*)"/.exec(head)?.[1]?.split(';') ?? [];

  it('begins with its policy, which allows one script by its hash and one host to talk to', () => {
    expect(head.indexOf('Content-Security-Policy')).toBeLessThan(head.indexOf('<base'));
    expect(policy).toEqual([
      "default-src 'none'",
      "script-src 'sha384-abc'",
      'connect-src https://chat.example wss://chat.example',
      'img-src https://chat.example blob: data:',
      'base-uri https://chat.example',
    ]);
  });

  it("speaks ws to a server without TLS, as on a developer's machine", () => {
    expect(frameHead('http://localhost:4000', 'sha384-abc')).toContain(
      'connect-src http://localhost:4000 ws://localhost:4000;',
    );
  });

  it('carries the script inline, or by its address and hash', () => {
    expect(scriptTag('n', 'sha384-abc', 'run()')).toBe('<script nonce="n">run()</script>');
    expect(scriptTag('', 'sha384-abc', '', 'https://chat.example/chat.js')).toBe(
      '<script nonce="" src="https://chat.example/chat.js" integrity="sha384-abc" crossorigin></script>',
    );
  });
});
