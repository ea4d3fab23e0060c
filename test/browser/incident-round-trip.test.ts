/**
 * From a refusal in a visitor's browser to the incident in front of an agent: one report goes up, one
 * fact comes down, and nobody asks in between.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refused } from '../../widget/loader/texts.ts';
import { readRelease, visitAltered } from '../support/altered-release.ts';
import { startVoyage, type Voyage } from '../support/voyage.ts';

const PATIENTLY = { timeout: 20_000 };

let voyage: Voyage;
/** What consoles were told and asked over their sockets, and asked besides. */
const told: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
  voyage = await startVoyage({
    onContext(context) {
      context.on('page', (page) => {
        page.on('websocket', (socket) => {
          socket.on('framereceived', ({ payload }) => told.push(`${payload}`));
          socket.on('framesent', ({ payload }) => asked.push(`${payload}`));
        });
        page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
      });
    },
  });
}, 60_000);
afterAll(() => voyage?.close());

it('[REPORT-4] one report of a refused script is one fact, and the incident is on screen', async () => {
  const { page: desk } = await voyage.answer();
  await desk.getByRole('link', { name: 'Incidents' }).click();
  await desk.getByRole('heading', { name: 'Incidents', exact: true }).waitFor();
  await desk.getByText('All calm').waitFor();
  told.length = asked.length = 0;

  const { page } = await visitAltered(voyage, { file: 'chat', code: ';globalThis.altered = true' });
  const posts: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/api/reports')) posts.push(request.method());
  });
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByRole('alert').getByText(refused).waitFor();

  const incidents = desk.getByRole('list', { name: 'Incidents', exact: true });
  await incidents.getByText('An altered script was refused').waitFor(PATIENTLY);
  const { version, files } = await readRelease(voyage);
  await incidents.getByText(`${files.chat.file} · release ${version}`).waitFor();
  await incidents.getByText(`${voyage.demo.urls.shop}/checkout`).waitFor();
  await incidents.getByText(/^Chrome \d+$/).waitFor();
  await incidents.getByText('Reported once').waitFor();

  expect(posts).toEqual(['POST']);
  expect(told.filter((frame) => frame.includes('incident:changed'))).toHaveLength(1);
  // Pings of the socket apart, the console has asked for nothing.
  expect(asked.filter((text) => !/^[23](probe)?$/.test(text))).toEqual([]);
}, 60_000);

it('the next visitor who is refused raises the counts, and the console goes on by itself', async () => {
  const [desk] = voyage.browser
    .contexts()
    .flatMap((context) => context.pages())
    .filter((page) => page.url().includes('/console/'));
  if (!desk) throw new Error('the console is gone');
  const { page } = await visitAltered(voyage, { file: 'chat', code: ';globalThis.altered = true' });
  await page.getByRole('button', { name: 'Open chat' }).click();
  const incidents = desk.getByRole('list', { name: 'Incidents', exact: true });
  await incidents.getByText('Reported 2 times').waitFor(PATIENTLY);
  await desk.getByRole('button', { name: 'Close incident' }).click();
  await desk.getByText('All calm').waitFor(PATIENTLY);
}, 60_000);
