import { describe, expect, it } from 'vitest';
import { TruekeelErrors } from '../objects/index.ts';
import { renderTree } from '../render/index.ts';
import { App, Application, Environment, Notification, ReleaseEvent } from './index.ts';

const ALL = ['applied', 'failed', 'refused', 'rolled-back'];

function rendered(environment: Notification[], application: Notification[] = [], namespace = 'shop') {
  const app = new App();
  const production = new Environment(app, 'production', {
    ...(namespace !== '' && { namespace }),
    notifications: environment,
  });
  new Application(production, 'web', { namespace: 'web', notifications: application });
  return renderTree(app)[0];
}

function problemsOf(notification: Notification, namespace?: string): readonly string[] {
  try {
    rendered([notification], [], namespace);
    return [];
  } catch (error) {
    if (!(error instanceof TruekeelErrors)) throw error;
    expect(error.code).toBe('INVALID_NOTIFICATION');
    return error.errors.map(({ message }) => message);
  }
}

describe('notifications', () => {
  it('are data of the environment and of the application, with Secrets by name', () => {
    const made = rendered(
      [
        Notification.slack({ secretName: 'slack', events: [ReleaseEvent.FAILED, ReleaseEvent.REFUSED] }),
        Notification.webhook({ url: 'https://hooks.example/in' }),
      ],
      [
        Notification.webhook({ url: 'https://hooks.example/web', secretName: 'hook' }),
        Notification.slack({ secretName: 'slack', secretNamespace: 'chat' }),
      ],
    );
    expect(made?.notifications).toEqual([
      { sink: 'slack', secret: { namespace: 'shop', name: 'slack' }, events: ['failed', 'refused'] },
      { sink: 'webhook', url: 'https://hooks.example/in', events: ALL },
    ]);
    expect(made?.applications[0]?.notifications).toEqual([
      {
        sink: 'webhook',
        url: 'https://hooks.example/web',
        secret: { namespace: 'web', name: 'hook' },
        events: ALL,
      },
      { sink: 'slack', secret: { namespace: 'chat', name: 'slack' }, events: ALL },
    ]);
  });

  it('by email say from whom and to whom', () => {
    const [email] = rendered([
      Notification.email({ from: 'a@example.com', to: ['b@example.com'], secretName: 'mail' }),
    ])!.notifications!;
    expect(email).toEqual({
      ...{ sink: 'email', from: 'a@example.com', to: ['b@example.com'] },
      secret: { namespace: 'shop', name: 'mail' },
      events: ALL,
    });
  });

  it('are not there where there are none', () => {
    expect(rendered([])).not.toHaveProperty('notifications');
    expect(rendered([])?.applications[0]).not.toHaveProperty('notifications');
  });

  it.each<[string, Notification, string?]>([
    ['webhook with the address "hooks.example"', Notification.webhook({ url: 'hooks.example' })],
    ['with credentials in its address', Notification.webhook({ url: 'https://ann:hunter2@hooks.example' })],
    ['with a Secret whose name is none', Notification.slack({ secretName: 'https://hooks.slack.example/x' })],
    ['of no event', Notification.slack({ secretName: 'slack', events: [] })],
    ['to nobody', Notification.email({ from: 'a@example.com', to: [], secretName: 'mail' })],
    [
      'with "Ann <ann@example.com>", which is no address of email',
      Notification.email({ from: 'a@example.com', to: ['Ann <ann@example.com>'], secretName: 'mail' }),
    ],
    [
      'which is no address of email',
      Notification.email({
        from: 'a@example.com\r\nBcc: b@example.com',
        to: ['b@example.com'],
        secretName: 'mail',
      }),
    ],
    ['of no namespace: say secretNamespace', Notification.slack({ secretName: 'slack' }), ''],
    ['whose namespace is none', Notification.slack({ secretName: 'slack', secretNamespace: 'A b' })],
  ])('are refused: %s', (message, notification, namespace) => {
    const problems = problemsOf(notification, namespace);
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(/^environment production has a notification /);
    expect(problems[0]).not.toContain('hunter2');
  });
});
