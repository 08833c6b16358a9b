import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { TruekeelErrors } from '../objects/index.ts';
import { renderTree } from '../render/index.ts';
import { App, Day, Environment, Gate, Policies, Severity } from './index.ts';

function gatesOf(...gates: Gate[]) {
  const app = new App();
  const staging = new Environment(app, 'staging');
  const policies = [
    Policies.starterRule('resources'),
    Policies.starterRule('probes', { severity: Severity.OFF }),
  ];
  new Environment(app, 'production', { promotesFrom: [staging], gates, policies });
  return renderTree(app).find(({ name }) => name === 'production')?.gates;
}

function problemsOf(...gates: Gate[]): readonly string[] {
  try {
    gatesOf(...gates);
    return [];
  } catch (error) {
    if (!(error instanceof TruekeelErrors)) throw error;
    expect(new Set(error.errors.map(({ code }) => code))).toEqual(new Set(['INVALID_GATE']));
    return error.errors.map(({ message }) => message);
  }
}

const window = { from: '08:00', to: '17:00', timeZone: 'Europe/Berlin' };
const freeze = { from: '2026-12-20T00:00:00+01:00', to: '2027-01-07T00:00:00Z', reason: 'holidays' };
const metric = { server: 'https://prometheus.example', query: 'sum(rate(errors[5m]))' };

describe('gates of an environment', () => {
  it('are data, as many as there are, in their order', () => {
    expect(
      gatesOf(
        Gate.ready(),
        Gate.soak(Duration.hours(1)),
        Gate.window({ ...window, days: Day.workdays() }),
        Gate.freeze(freeze),
        Gate.metric({ ...metric, atMost: 0.01, secretName: 'prometheus' }),
        Gate.http({ url: 'https://shop.example/healthz' }),
        Gate.job({ image: 'example/smoke:1', args: ['--all'], timeout: Duration.minutes(5) }),
        Gate.approval({ people: ['ann', 'bob'], teams: ['example/web'], count: 2 }),
        Gate.policy('resources'),
      ),
    ).toEqual([
      { type: 'ready' },
      { type: 'soak', durationMs: 3_600_000 },
      { type: 'window', days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], ...window },
      { type: 'freeze', ...freeze },
      { type: 'metric', ...metric, atMost: 0.01, secret: 'prometheus' },
      { type: 'http', url: 'https://shop.example/healthz', status: [200] },
      { type: 'job', image: 'example/smoke:1', args: ['--all'], timeoutMs: 300_000 },
      { type: 'approval', people: ['ann', 'bob'], teams: ['example/web'], count: 2 },
      { type: 'policy', policy: 'resources' },
    ]);
  });

  it('have their Jobs and Secrets in the namespace of the first environment that they come from', () => {
    const app = new App();
    const staging = new Environment(app, 'staging', { namespace: 'shop-staging' });
    const gates = [
      Gate.job({ image: 'example/smoke:1' }),
      Gate.http({ url: 'https://shop.example', secretName: 'hook' }),
      Gate.http({ url: 'https://shop.example' }),
    ];
    new Environment(app, 'production', { namespace: 'shop', promotesFrom: [staging], gates });
    const [production] = renderTree(app).filter(({ name }) => name === 'production');
    expect(production?.gates?.map((gate) => ('namespace' in gate ? gate.namespace : 'none'))).toEqual([
      'shop-staging',
      'shop-staging',
      'none',
    ]);
  });

  it('are not there where there are none', () => {
    expect(gatesOf()).toBeUndefined();
  });

  it.each<[string, Gate]>([
    ['a gate soak of no time at all', Gate.soak(Duration.seconds(0))],
    ['with the time "8:00"', Gate.window({ ...window, from: '8:00' })],
    ['with the time "24:00"', Gate.window({ ...window, to: '24:00' })],
    ['that begins and ends at 08:00', Gate.window({ ...window, to: '08:00' })],
    ['in the time zone "Europe/Atlantis"', Gate.window({ ...window, timeZone: 'Europe/Atlantis' })],
    ['on no day', Gate.window({ ...window, days: [] })],
    ['with the moment "2026-12-20"', Gate.freeze({ ...freeze, from: '2026-12-20' })],
    ['with the moment "2026-12-20T00:00:00"', Gate.freeze({ ...freeze, from: '2026-12-20T00:00:00' })],
    ['before it begins', Gate.freeze({ ...freeze, to: '2026-12-19T23:00:00Z' })],
    ['a gate freeze without a reason', Gate.freeze({ ...freeze, reason: ' ' })],
    ['without a bound', Gate.metric(metric)],
    ['without a query', Gate.metric({ ...metric, query: '', atLeast: 1 })],
    ['that no number passes', Gate.metric({ ...metric, atLeast: 2, atMost: 1 })],
    ['with a bound that is no number', Gate.metric({ ...metric, atLeast: Number.NaN })],
    ['does not begin with https://', Gate.metric({ ...metric, server: 'prometheus:9090', atLeast: 1 })],
    ['with a Secret whose name is none', Gate.metric({ ...metric, atLeast: 1, secretName: 'Bearer abc' })],
    ['with credentials in its address', Gate.http({ url: 'https://ann:hunter2@shop.example' })],
    ['with the status []', Gate.http({ url: 'https://shop.example', status: [] })],
    ['with the status [99]', Gate.http({ url: 'https://shop.example', status: [99] })],
    ['without an image', Gate.job({ image: '' })],
    ['that may take no time at all', Gate.job({ image: 'a', timeout: Duration.millis(0) })],
    ['that nobody can give', Gate.approval({})],
    ['by somebody without a name', Gate.approval({ people: [''] })],
    ['by 0 of them', Gate.approval({ people: ['ann'], count: 0 })],
    ['by 2 of 1 people', Gate.approval({ people: ['ann', 'ann'], count: 2 })],
    ['without the name of a policy', Gate.policy('')],
    ['"resource", which the environment does not have', Gate.policy('resource')],
    ['"probes", which the environment does not have', Gate.policy('probes')],
  ])('are refused: %s', (message, gate) => {
    const problems = problemsOf(gate);
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(/^environment production has a gate /);
    expect(problems[0]).not.toContain('hunter2');
  });

  it('are refused where nothing passes them', () => {
    const app = new App();
    new Environment(app, 'production', { gates: [Gate.ready()] });
    expect(() => renderTree(app)).toThrow('has gates, and promotes from no environment');
  });
});
