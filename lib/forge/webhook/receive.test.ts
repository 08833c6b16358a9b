import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGenuine, ReplayGuard, receiveWebhook, type WebhookCall } from '../index.ts';
import { GITHUB_EVENTS, GITLAB_EVENTS } from '../testing/webhooks.ts';

const SECRET = 'it is a secret to everybody';
const NOW = Date.parse('2026-03-04T10:15:00Z');

const trust = (options = {}) => ({
  secret: SECRET,
  replays: new ReplayGuard({ now: () => NOW, ...options }),
});

function github(
  event: string,
  payload: unknown,
  delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958',
): WebhookCall {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const mac = createHmac('sha256', SECRET).update(body).digest('hex');
  return {
    headers: {
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${mac}`,
    },
    body,
  };
}

function gitlab(event: string, payload: unknown): WebhookCall {
  const headers = {
    'x-gitlab-event': event,
    'x-gitlab-token': SECRET,
    'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
  };
  return { headers, body: Buffer.from(JSON.stringify(payload)) };
}

const refusal = (code: string) => expect.objectContaining({ code });

describe('events of GitHub', () => {
  it.each(GITHUB_EVENTS)('$name, $about', ({ name, payload, expected }) => {
    expect(receiveWebhook(github(name, payload), trust())).toMatchObject({
      forge: 'github',
      name,
      repository: 'octocat/Hello-World',
      ...expected,
    });
  });
});

describe('events of GitLab', () => {
  it.each(GITLAB_EVENTS)('$name, $about', ({ name, payload, expected }) => {
    expect(receiveWebhook(gitlab(name, payload), trust())).toMatchObject({
      forge: 'gitlab',
      name,
      repository: 'mike/diaspora',
      ...expected,
    });
  });
});

describe('who sent an event', () => {
  const comment = GITHUB_EVENTS.find(({ name }) => name === 'issue_comment')!.payload;
  const by = (sender: object) =>
    receiveWebhook(github('issue_comment', { ...comment, sender }), trust()).isByBot;

  it('is told apart from programs, as far as the forge does', () => {
    expect(by({ id: 1, login: 'ada', type: 'User' })).toBe(false);
    expect(by({ id: 1, login: 'helper', type: 'Bot' })).toBe(true);
    expect(by({ id: 1, login: 'github-actions[bot]' })).toBe(true);
    const note = GITLAB_EVENTS.find(({ name }) => name === 'Note Hook')!.payload;
    const gitlabBy = (username: string) =>
      receiveWebhook(gitlab('Note Hook', { ...note, user: { id: 1, username } }), trust()).isByBot;
    expect([gitlabBy('ada'), gitlabBy('project_7_bot_1f2e'), gitlabBy('group_7_bot')]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('a signature', () => {
  // GitHub documentation, "Validating webhook deliveries", "Testing the webhook payload validation".
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const secret = "It's a Secret to Everybody";

  it('is the one of the published example', () => {
    const body = Buffer.from('Hello, World!');
    expect(isGenuine({ 'x-hub-signature-256': signature }, body, secret)).toBe(true);
    expect(isGenuine({ 'x-hub-signature-256': signature.toUpperCase() }, body, secret)).toBe(false);
    expect(isGenuine({ 'x-hub-signature': signature }, body, secret)).toBe(false);
    expect(isGenuine({ 'x-hub-signature-256': [signature, signature] }, body, secret)).toBe(false);
    expect(isGenuine({}, body, secret)).toBe(false);
  });

  it('of an empty secret is none, whoever forgot to set it', () => {
    const mac = createHmac('sha256', '').update('x').digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${mac}`, 'x-gitlab-token': '' };
    expect(isGenuine(headers, Buffer.from('x'), '')).toBe(false);
  });

  it('of another body or secret is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.string({ minLength: 1 }), fc.nat(), (body, key, at) => {
        const mac = createHmac('sha256', key).update(body).digest('hex');
        const headers = { 'x-gitea-signature': mac };
        const changed = Uint8Array.from(body, (byte, index) =>
          index === at % body.length ? byte ^ 1 : byte,
        );
        expect(isGenuine(headers, body, key)).toBe(true);
        expect(isGenuine(headers, changed, key)).toBe(false);
        expect(isGenuine(headers, body, `${key}x`)).toBe(false);
      }),
    );
  });

  it('that is missing is not forgiven because the event is harmless', () => {
    const { body } = github('ping', { zen: 'Keep it logically awesome.' });
    const call = { headers: { 'x-github-event': 'ping' }, body };
    expect(() => receiveWebhook(call, trust())).toThrow(refusal('WEBHOOK_SIGNATURE'));
  });
});

describe('what cannot be read', () => {
  it.each([
    ['no JSON', github('push', 'payload=%7B%7D')],
    ['another type', github('push', '[]')],
    ['a member that lacks', github('pull_request', { action: 'opened', number: 1 })],
    [
      'no event',
      { ...github('push', {}), headers: { ...github('push', {}).headers, 'x-github-event': undefined } },
    ],
  ])('is refused with words: %s', (_what, call) => {
    expect(() => receiveWebhook(call, trust())).toThrow(refusal('WEBHOOK_UNREADABLE'));
  });
});

describe('what came before', () => {
  const [{ name, payload }] = GITHUB_EVENTS.filter((one) => one.name === 'issue_comment') as [
    (typeof GITHUB_EVENTS)[number],
  ];

  it('is refused by its id, and by its body where the id was made up', () => {
    const once = trust();
    receiveWebhook(github(name, payload, 'a'), once);
    expect(() => receiveWebhook(github(name, payload, 'b'), once)).toThrow(refusal('WEBHOOK_REPLAYED'));
    expect(() => receiveWebhook(github('ping', {}, 'a'), once)).toThrow(refusal('WEBHOOK_REPLAYED'));
  });

  it('may come again where it could not be dealt with', () => {
    const once = trust();
    const call = github(name, payload, 'a');
    receiveWebhook(call, once);
    once.replays.forget({ id: 'a', body: call.body });
    expect(() => receiveWebhook(call, once)).not.toThrow();
  });

  it('is refused when it is old, as nothing remembers it any more', () => {
    expect(() => receiveWebhook(github(name, payload), trust({ maxAgeMs: 60_000 }))).toThrow(
      refusal('WEBHOOK_REPLAYED'),
    );
  });

  it('is remembered for as long as it would not be old, in bounded memory', () => {
    let now = NOW;
    const guard = new ReplayGuard({ now: () => now, maxAgeMs: 1000, capacity: 2 });
    const delivery = (id: string) => ({ id, body: Buffer.from(id), at: undefined });
    expect(guard.refuse(delivery('1'))).toBeUndefined();
    now += 999;
    expect(guard.refuse(delivery('1'))).toBe('seen');
    now += 2;
    expect(guard.refuse(delivery('1'))).toBeUndefined();
    expect(guard.refuse(delivery('2'))).toBeUndefined();
    expect(guard.refuse(delivery('3'))).toBeUndefined();
    expect(guard.refuse(delivery('3'))).toBe('seen');
    expect(guard.refuse(delivery('1'))).toBeUndefined();
  });
});
