import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ForgeEvent } from '../../lib/forge/index.ts';
import { listen, type Webhook } from './webhook.ts';

const secret = 'shared with the forge';
let calls = 0;
/** No two calls are alike: what comes again is refused. */
const push = () =>
  JSON.stringify({
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: (++calls).toString(16).padStart(40, '0'),
    repository: { full_name: 'octocat/shop' },
    project: { path_with_namespace: 'octocat/shop' },
    user_id: 1,
  });
const mac = (text: string, key = secret) => createHmac('sha256', key).update(text).digest('hex');

describe('the webhook endpoint', () => {
  let webhook: Webhook;
  let pushes = 0;
  let ready = false;
  let isFull = false;
  const events: ForgeEvent[] = [];

  beforeAll(async () => {
    const onPush = () => {
      pushes++;
    };
    const onEvent = async (event: ForgeEvent) => {
      if (isFull) throw new Error('no space left');
      events.push(event);
    };
    webhook = await listen({ port: 0, host: '127.0.0.1', secret, onPush, onEvent, ready: () => ready });
  });
  afterAll(() => webhook.close());
  beforeEach(() => {
    pushes = 0;
    events.length = 0;
    isFull = false;
  });

  const post = (headers: Record<string, string>, text: string) =>
    fetch(webhook.url, { method: 'POST', headers, body: text }).then((response) => response.status);
  const github = (text: string, event = 'push', more = {}) =>
    post({ 'x-hub-signature-256': `sha256=${mac(text)}`, 'x-github-event': event, ...more }, text);

  test.each([
    [
      'GitHub',
      (text: string) => ({ 'x-hub-signature-256': `sha256=${mac(text)}`, 'x-github-event': 'push' }),
    ],
    ['Gitea', (text: string) => ({ 'x-gitea-signature': mac(text), 'x-gitea-event': 'push' })],
    ['GitLab', () => ({ 'x-gitlab-token': secret, 'x-gitlab-event': 'Push Hook' })],
  ])('wakes the agent for a push signed as %s does', async (_forge, headers) => {
    const text = push();
    expect(await post(headers(text) as Record<string, string>, text)).toBe(202);
    expect(pushes).toBe(1);
    expect(events).toMatchObject([{ type: 'push', ref: 'refs/heads/main' }]);
  });

  test.each([
    ['no signature', () => ({})],
    [
      'a signature by another key',
      (text: string) => ({ 'x-hub-signature-256': `sha256=${mac(text, 'guess')}` }),
    ],
    ['a signature of another body', () => ({ 'x-hub-signature-256': `sha256=${mac('{}')}` })],
    ['an empty signature', () => ({ 'x-hub-signature-256': '' })],
    ['a shorter token', () => ({ 'x-gitlab-token': secret.slice(0, -1) })],
  ])('refuses a call with %s', async (_what, headers) => {
    const text = push();
    const status = await post({ 'x-github-event': 'push', ...headers(text) } as Record<string, string>, text);
    expect(status).toBe(401);
    expect([pushes, events.length]).toEqual([0, 0]);
  });

  test('accepts other events and does not wake the agent for them', async () => {
    expect(await github(push(), 'star')).toBe(202);
    expect(pushes).toBe(0);
    expect(events).toMatchObject([{ type: 'other', name: 'star' }]);
  });

  test('refuses what came before, also under another name', async () => {
    const text = push();
    expect(await github(text, 'push', { 'x-github-delivery': 'one' })).toBe(202);
    expect(await github(text, 'push', { 'x-github-delivery': 'one' })).toBe(409);
    expect(await github(text, 'push', { 'x-github-delivery': 'two' })).toBe(409);
    expect([pushes, events.length]).toEqual([1, 1]);
  });

  test('takes an event again that it could not keep', async () => {
    const text = push();
    isFull = true;
    expect(await github(text, 'push', { 'x-github-delivery': 'three' })).toBe(503);
    isFull = false;
    expect(await github(text, 'push', { 'x-github-delivery': 'three' })).toBe(202);
    expect(events).toHaveLength(1);
  });

  test('says that it cannot read what is no event, and looks, since somebody with the secret sent it', async () => {
    expect(await github('<html>', 'push')).toBe(400);
    expect(await github('{}', 'push')).toBe(400);
    expect([pushes, events.length]).toEqual([2, 0]);
  });

  test('tells whether the agent is alive and whether it does its work', async () => {
    const get = (path: string) => fetch(new URL(path, webhook.url)).then((response) => response.status);
    expect(await get('/healthz')).toBe(200);
    expect(await get('/readyz')).toBe(503);
    ready = true;
    expect(await get('/readyz')).toBe(200);
    expect(await get('/other')).toBe(404);
    expect(await get('/webhook')).toBe(405);
  });
});
