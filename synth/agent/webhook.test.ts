import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listen, type Webhook } from './webhook.ts';

const secret = 'shared with the forge';
const body = JSON.stringify({ ref: 'refs/heads/main' });
const mac = (text: string, key = secret) => createHmac('sha256', key).update(text).digest('hex');

describe('the webhook endpoint', () => {
  let webhook: Webhook;
  let pushes = 0;
  let ready = false;

  beforeAll(async () => {
    const onPush = () => {
      pushes++;
    };
    webhook = await listen({ port: 0, host: '127.0.0.1', secret, onPush, ready: () => ready });
  });
  afterAll(() => webhook.close());
  beforeEach(() => {
    pushes = 0;
  });

  const post = (headers: Record<string, string>, text = body) =>
    fetch(webhook.url, { method: 'POST', headers, body: text }).then((response) => response.status);

  test.each([
    ['GitHub', { 'x-hub-signature-256': `sha256=${mac(body)}`, 'x-github-event': 'push' }],
    ['Gitea', { 'x-gitea-signature': mac(body), 'x-gitea-event': 'push' }],
    ['GitLab', { 'x-gitlab-token': secret, 'x-gitlab-event': 'Push Hook' }],
  ])('wakes the agent for a push signed as %s does', async (_forge, headers) => {
    expect(await post(headers as Record<string, string>)).toBe(202);
    expect(pushes).toBe(1);
  });

  test.each([
    ['no signature', {}],
    ['a signature by another key', { 'x-hub-signature-256': `sha256=${mac(body, 'guess')}` }],
    ['a signature of another body', { 'x-hub-signature-256': `sha256=${mac('{}')}` }],
    ['an empty signature', { 'x-hub-signature-256': '' }],
    ['a shorter token', { 'x-gitlab-token': secret.slice(0, -1) }],
  ])('refuses a call with %s', async (_what, headers) => {
    expect(await post(headers as Record<string, string>)).toBe(401);
    expect(pushes).toBe(0);
  });

  test('accepts other events and does not wake the agent for them', async () => {
    expect(await post({ 'x-hub-signature-256': `sha256=${mac(body)}`, 'x-github-event': 'star' })).toBe(202);
    expect(pushes).toBe(0);
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
