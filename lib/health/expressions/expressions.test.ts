import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HealthExpressions, KubernetesObject } from '../../objects/index.ts';
import { expressionProblems, expressionRules, healthOf, rulesByApplication } from '../index.ts';

const RULE: HealthExpressions = {
  group: 'acme.io',
  kind: 'Widget',
  paused: 'has(object.spec.suspend) && object.spec.suspend',
  failed: 'object.status.phase == "Broken"',
  current: 'object.status.phase == "Ready" && object.status.ready == object.spec.size - 1',
  message: '"phase " + object.status.phase',
};

const widget = (spec: object, status?: object): KubernetesObject => ({
  apiVersion: 'acme.io/v1',
  kind: 'Widget',
  metadata: { name: 'w', managedFields: [] },
  spec,
  ...(status && { status }),
});

const judge = (object: KubernetesObject, rule: Partial<HealthExpressions> = {}) =>
  healthOf(object, { rules: expressionRules([{ ...RULE, ...rule }]) });

describe('a rule in CEL', () => {
  test('judges objects of its kind, in the order paused, failed, in progress, current', () => {
    const { message: _, ...silent } = RULE;
    const health = (object: KubernetesObject) => healthOf(object, { rules: expressionRules([silent]) });
    expect(health(widget({ size: 3 }, { phase: 'Ready', ready: 2 })).status).toBe('Current');
    expect(health(widget({ size: 3 }, { phase: 'Ready', ready: 1 })).status).toBe('InProgress');
    expect(health(widget({ size: 3 }, { phase: 'Broken' })).status).toBe('Failed');
    expect(health(widget({ size: 3, suspend: true }, { phase: 'Broken' })).status).toBe('Paused');
    const busy = judge(widget({ size: 3 }, { phase: 'Ready', ready: 2 }), {
      inProgress: 'object.status.ready < 3',
    });
    expect(busy.status).toBe('InProgress');
  });

  test('says its message, and the plain status when it cannot', () => {
    expect(judge(widget({ size: 3 }, { phase: 'Broken' })).message).toBe('phase Broken');
    const health = judge(widget({ size: 3 }, { phase: 'Broken' }), { message: 'object.status.why' });
    expect(health).toEqual({ status: 'Failed', message: 'failed' });
  });

  test('comes before our own rule for the kind, and after deletion and generation', () => {
    const rules = expressionRules([{ group: '', kind: 'ConfigMap', current: 'object.data.state == "done"' }]);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { state: 'todo' } };
    expect(healthOf(map, { rules }).status).toBe('InProgress');
    expect(healthOf({ ...map, data: { state: 'done' } }, { rules }).status).toBe('Current');
    const deleted = { ...map, metadata: { name: 'm', deletionTimestamp: '2025-01-01T00:00:00Z' } };
    expect(healthOf(deleted, { rules }).status).toBe('Terminating');
    const stale = widget({}, { observedGeneration: 1, phase: 'Ready' });
    expect(judge({ ...stale, metadata: { name: 'w', generation: 2 } }).reason).toBe(
      'LatestGenerationNotObserved',
    );
  });

  test.each([
    ['a field that is not there', { current: 'object.status.phase == "Ready"' }, /No such key: status/],
    ['an answer that is none', { current: 'object.spec.size' }, /neither true nor false/],
    ['a division by zero', { failed: '1 / (object.spec.size - 3) == 1' }, /failed: division by zero/],
    ['an expression that is no CEL', { current: 'object.status.phase =' }, /Unexpected/],
  ])('with %s makes the object Unknown and says why', (_what, rule, why) => {
    const { status, message } = judge(widget({ size: 3 }), { failed: 'false', ...rule });
    expect({ status, message }).toEqual({ status: 'Unknown', message: expect.stringMatching(why) });
  });

  test('gives an answer, and no exception, for whatever JSON stands in an object', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (spec, status) => {
        const object = { ...widget({}), spec: spec as object, status };
        expect(judge(object as KubernetesObject).message).not.toBe('');
      }),
    );
  });
});

describe('what is wrong with a rule', () => {
  const problems = (rule: object) => expressionProblems({ ...RULE, ...rule });

  test('is nothing when it is right', () => {
    expect(problems({})).toEqual([]);
    const nested =
      'object.status.parents.all(p, p.conditions.exists(c, c.type == "Accepted" && c.status == "True"))';
    expect(problems({ current: nested })).toEqual([]);
    expect(problems({ current: 'object.?status.?phase.orValue("") == "Ready"' })).toEqual([]);
  });

  test.each([
    [{ current: 'object.status.phase ==' }, 'current: Unexpected token: EOF (at character 23)'],
    [{ current: 'self.status.ready' }, 'current: Unknown variable: self (at character 1)'],
    [{ failed: '"yes"' }, 'failed: gives string, and has to give bool'],
    [{ message: '1 + 2' }, 'message: gives int, and has to give string'],
    [{ current: undefined }, 'current: is missing'],
    [{ paused: 3 }, 'paused: is not a text'],
    [{ current: `true || ${'!'.repeat(5000)}true` }, 'current: is longer than 4096 characters'],
    [
      { current: 'object.status.phase.matches("^(a+)+$")' },
      'current: matches is not available: use startsWith, endsWith, contains or ==',
    ],
    [
      { current: 'object.a.all(a, a.b.all(b, b.c.all(c, c == 1)))' },
      'current: goes through lists within lists more than 2 deep',
    ],
  ])('is said of %j', (rule, problem) => {
    expect(problems(rule)).toEqual([problem]);
  });

  test('is told for every expression at once', () => {
    expect(problems({ failed: '(', current: ')' })).toHaveLength(2);
  });
});

describe('rules of applications', () => {
  const rules = rulesByApplication([
    { name: 'web', health: [RULE] },
    { name: 'api', health: [{ ...RULE, kind: 'Gadget' }] },
    { name: 'plain' },
  ]);

  test('hold in their application only, and all of them for what is in none', () => {
    expect(Object.keys(rules('web'))).toEqual(['Widget.acme.io']);
    expect(Object.keys(rules('plain'))).toEqual([]);
    expect(Object.keys(rules()).sort()).toEqual(['Gadget.acme.io', 'Widget.acme.io']);
  });
});

test('what few need is loaded when it is needed: rules of custom kinds, and the CEL library', () => {
  const door = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    const { registerHooks } = await import('node:module');
    let loaded = [];
    const resolve = (name, context, next) => {
      if (name.includes('cel-js')) loaded.push('cel');
      if (name.includes('cert-manager')) loaded.push('rules');
      return next(name, context);
    };
    registerHooks({ resolve });
    await import(${door('../../index.ts')});
    await import(${door('../../render/tree/index.ts')});
    const { expressionRules, healthOf } = await import(${door('../index.ts')});
    const object = (apiVersion, kind) => ({ apiVersion, kind, metadata: { name: 'w' } });
    healthOf(object('networking.k8s.io/v1', 'Ingress'));
    const rules = expressionRules([{ group: 'acme.io', kind: 'Widget', current: 'true' }]);
    const steps = [loaded];
    for (const options of [{}, { rules }]) {
      loaded = [];
      healthOf(object('acme.io/v1', 'Widget'), options);
      steps.push(loaded);
    }
    console.log(JSON.stringify(steps));`;
  const args = ['--no-warnings', '--conditions=source', '--input-type=module', '--eval', script];
  const steps = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  expect(steps).toEqual([[], ['rules'], ['cel']]);
});
