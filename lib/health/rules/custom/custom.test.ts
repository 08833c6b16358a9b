import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../objects/index.ts';
import { type Health, healthOf, readinessOf } from '../../index.ts';
import type { KindRule, Match } from '../kind-rule.ts';
import { firstFinding } from '../match.ts';
import { customRules } from './index.ts';
import { data } from './testing/data.ts';
import { delivery } from './testing/delivery.ts';
import { groups } from './testing/groups.ts';
import { platforms } from './testing/platforms.ts';
import type { Sample, Samples, Verdict } from './testing/sample.ts';
import { serving } from './testing/serving.ts';

const { kinds: CUSTOM_RULES, groups: GROUP_RULES } = customRules;

const SAMPLES: Samples = { ...delivery, ...serving, ...platforms, ...data };
const VERDICTS = ['Current', 'InProgress', 'Failed', 'Failing', 'Paused'] as const;

function objectOf(groupKind: string, sample: Sample): KubernetesObject {
  const dot = groupKind.indexOf('.');
  const { generation, annotations, labels, ...rest } = sample;
  return {
    apiVersion: `${groupKind.slice(dot + 1)}/v1`,
    kind: groupKind.slice(0, dot),
    metadata: {
      name: 'sample',
      namespace: 'web',
      ...(generation !== undefined && { generation }),
      ...(annotations && { annotations }),
      ...(labels && { labels }),
    },
    ...rest,
  };
}

function verdictOf({ status, isRetried }: Health): string {
  return isRetried ? 'Failing' : status;
}

/** Kinds with the same rule as this one. */
function kindsLike(groupKind: string): readonly string[] {
  const rule = CUSTOM_RULES[groupKind];
  return Object.keys(CUSTOM_RULES).filter((other) => CUSTOM_RULES[other] === rule);
}

function misjudged(groupKind: string, samples: Samples[string]) {
  return VERDICTS.flatMap((expected) =>
    (samples[expected] ?? []).flatMap((sample) => {
      const object = objectOf(groupKind, sample);
      return [healthOf(object), readinessOf(object)]
        .filter((health) => verdictOf(health) !== expected || health.message === '')
        .map((health) => ({ groupKind, expected, health, object }));
    }),
  );
}

describe('custom kinds', () => {
  test('there are rules for more than sixty of them', () => {
    expect(Object.keys(CUSTOM_RULES).length).toBeGreaterThan(250);
    expect(new Set(Object.values(CUSTOM_RULES)).size).toBeGreaterThan(60);
  });

  test.each(Object.entries(SAMPLES))(
    '%s, and kinds like it, are judged as their projects mean it',
    (kind, samples) => {
      expect(kindsLike(kind)).toContain(kind);
      expect(kindsLike(kind).flatMap((like) => misjudged(like, samples))).toEqual([]);
    },
  );

  test.each(Object.entries(groups))('%s is known by its group, or by its conditions', (kind, samples) => {
    expect(Object.hasOwn(CUSTOM_RULES, kind)).toBe(false);
    expect(misjudged(kind, samples)).toEqual([]);
  });

  test('one of which its controller has said nothing is in progress, where the controller would', () => {
    const wrong = Object.entries(CUSTOM_RULES).filter(([kind, { otherwise }]) => {
      const object = objectOf(kind, {});
      return ![object, { ...object, status: {} }].every((bare) => {
        // A HelmRepository of type oci, say, has one that needs nothing of a status; a bare object is none.
        return healthOf(bare).status === otherwise;
      });
    });
    expect(wrong).toEqual([]);
  });

  test('messages are what the controller says', () => {
    const say = (kind: string, verdict: Verdict, index = 0) =>
      healthOf(objectOf(kind, SAMPLES[kind]![verdict]![index]!)).message;
    expect(say('HTTPRoute.gateway.networking.k8s.io', 'Failing', 1)).toBe('edge: Service web not found');
    expect(say('Backup.velero.io', 'Failed', 1)).toBe(
      'an existing backup storage location was not specified',
    );
    expect(say('Cluster.postgresql.cnpg.io', 'InProgress')).toBe('Creating primary instance main-1');
    expect(say('Kustomization.kustomize.toolkit.fluxcd.io', 'InProgress')).toMatch(
      /^dependency .* is not ready$/,
    );
    expect(say('Pooler.postgresql.cnpg.io', 'InProgress')).toBe('the controller of Pooler has not finished');
  });
});

describe('the samples', () => {
  const rules = new Map(Object.entries(CUSTOM_RULES).map(([kind, rule]) => [rule, kind]));
  const samplesOf = (rule: KindRule) =>
    Object.entries(SAMPLES)
      .filter(([kind]) => CUSTOM_RULES[kind] === rule)
      .flatMap(([, samples]) => [samples]);

  test('exist for every rule and every status that it can give', () => {
    const missing = [...rules].flatMap(([rule, kind]) => {
      const verdicts = new Set<string>(samplesOf(rule).flatMap((samples) => Object.keys(samples)));
      const possible: readonly (readonly [Verdict, boolean])[] = [
        ['Current', rule.current !== undefined],
        ['InProgress', rule.otherwise === 'InProgress' || rule.inProgress !== undefined],
        ['Failed', rule.failed !== undefined],
        ['Failing', rule.failing !== undefined],
        ['Paused', rule.paused !== undefined],
      ];
      return possible.flatMap(([verdict, is]) =>
        is && !verdicts.has(verdict) ? [`${kind}: ${verdict}`] : [],
      );
    });
    expect(missing).toEqual([]);
  });

  test('use every line of every rule', () => {
    const unused = [...rules].flatMap(([rule, kind]) => {
      const all = samplesOf(rule).flatMap((samples) => VERDICTS.flatMap((verdict) => samples[verdict] ?? []));
      const isUsed = (match: Match) =>
        all.some((sample) =>
          firstFinding([match], { object: objectOf(kind, sample), generation: sample.generation }),
        );
      return (['paused', 'failed', 'failing', 'inProgress', 'current'] as const).flatMap((list) =>
        (rule[list] ?? []).flatMap((match) =>
          isUsed(match) ? [] : [`${kind} ${list}: ${JSON.stringify(match)}`],
        ),
      );
    });
    expect(unused).toEqual([]);
  });

  test('are there for every end of a group', () => {
    const ends = Object.keys(GROUP_RULES).filter(
      (end) => !Object.keys(groups).some((kind) => kind.endsWith(end)),
    );
    expect(ends).toEqual([]);
  });
});
