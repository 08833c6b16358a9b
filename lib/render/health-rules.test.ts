import { ApiObject, App, Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Application, Environment, HealthRule, Settings } from '../constructs/index.ts';
import { TruekeelErrors } from '../objects/index.ts';
import { renderTree } from './index.ts';

const rule = (kind: string, current: string) => HealthRule.of({ group: 'acme.io', kind, current });

function program(environment: readonly HealthRule[], application: readonly HealthRule[] = []) {
  const app = new App();
  const staging = new Environment(app, 'staging', { namespace: 'web', health: [...environment] });
  const web = new Application(staging, 'web', { health: [...application] });
  new ApiObject(web, 'w', { apiVersion: 'acme.io/v1', kind: 'Widget' });
  return { app, web, staging };
}

const health = (app: App) => renderTree(app)[0]?.applications.map((application) => application.health);

function errorsOf(app: App): TruekeelErrors['errors'] {
  try {
    renderTree(app);
  } catch (error) {
    if (error instanceof TruekeelErrors) return error.errors;
    throw error;
  }
  return [];
}

describe('health rules of a program', () => {
  it('are rendered with the application, sorted by kind', () => {
    const { app } = program([], [rule('Widget', 'true'), rule('Gadget', 'false')]);
    expect(health(app)).toEqual([
      [
        { group: 'acme.io', kind: 'Gadget', current: 'false' },
        { group: 'acme.io', kind: 'Widget', current: 'true' },
      ],
    ]);
  });

  it('are inherited from the environment, for kinds that the application has and does not judge itself', () => {
    const given = [rule('Widget', 'true'), rule('Gadget', 'true')];
    expect(health(program(given).app)).toEqual([[{ group: 'acme.io', kind: 'Widget', current: 'true' }]]);
    const own = program(given, [rule('Widget', 'false')]);
    expect(health(own.app)).toEqual([[{ group: 'acme.io', kind: 'Widget', current: 'false' }]]);
    expect(health(program([rule('Gadget', 'true')]).app)).toEqual([undefined]);
  });

  it('carry every expression, and the core group without a name', () => {
    const all = { paused: 'false', failed: 'false', inProgress: 'false', current: 'true', message: '"m"' };
    const { app } = program([], [HealthRule.of({ kind: 'ConfigMap', ...all })]);
    expect(health(app)).toEqual([[{ group: '', kind: 'ConfigMap', ...all }]]);
  });

  it('that are wrong are errors with the place of who gives them', () => {
    const { app } = program(
      [rule('Widget', 'object.status.')],
      [rule('Widget', '"x"'), rule('Widget', 'true')],
    );
    expect(errorsOf(app)).toMatchObject([
      {
        code: 'INVALID_HEALTH_RULE',
        family: 'validation',
        constructPath: 'staging',
        message: expect.stringMatching(/^health rule for Widget\.acme\.io of environment staging: current: /),
      },
      {
        constructPath: 'staging/web',
        message:
          'health rule for Widget.acme.io of application web: current: gives string, and has to give bool',
      },
      { message: 'health rule for Widget.acme.io of application web: there is another rule for this kind' },
    ]);
  });
});

describe('how long objects may take', () => {
  it('is said by the application, and otherwise by single objects', () => {
    const app = new App();
    const staging = new Environment(app, 'staging', { namespace: 'web' });
    const web = new Application(staging, 'web', {
      waitTimeout: Duration.minutes(20),
      noProgressTimeout: Duration.seconds(90),
    });
    new ApiObject(web, 'a', { apiVersion: 'v1', kind: 'ConfigMap' });
    const slow = new ApiObject(web, 'b', { apiVersion: 'v1', kind: 'ConfigMap' });
    Settings.of(slow).waitTimeout(Duration.minutes(90)).noProgressTimeout(Duration.minutes(10));
    const objects = renderTree(app)[0]?.applications[0]?.objects;
    expect(objects?.map(({ settings }) => [settings.waitTimeoutMs, settings.noProgressTimeoutMs])).toEqual([
      [1_200_000, 90_000],
      [5_400_000, 600_000],
    ]);
    expect(objects?.[1]?.object.metadata.annotations).toEqual({
      'truekeel.dev/wait-timeout': '1h30m',
      'truekeel.dev/no-progress-timeout': '10m',
    });
  });

  it('cannot be zero, or anything but a duration', () => {
    const app = new App();
    const staging = new Environment(app, 'staging', { namespace: 'web' });
    const web = new Application(staging, 'web', { waitTimeout: Duration.seconds(0) });
    const metadata = { annotations: { 'truekeel.dev/wait-timeout': 'soon' } };
    new ApiObject(web, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    expect(errorsOf(app).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'INVALID_SETTING waitTimeoutMs of application web is 0',
      'INVALID_SETTING truekeel.dev/wait-timeout of ConfigMap web/a is "soon"',
    ]);
  });
});
