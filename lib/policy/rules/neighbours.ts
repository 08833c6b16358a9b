/** Rules about what an object should have beside it. Where it may be is the whole environment. */
import { selectorMatches } from '../../objects/index.ts';
import { podTemplateOf } from '../../validate/index.ts';
import type { JudgedObject, Rule, Subject } from '../rule.ts';

const REPLICATED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet']);

function* objectsOf({ applications }: Subject): Iterable<readonly [string, JudgedObject]> {
  for (const { name, objects } of applications) for (const object of objects) yield [name, object];
}

/** By namespace. */
function ofKind(subject: Subject, group: string, kind: string): ReadonlyMap<string, readonly JudgedObject[]> {
  const found = [...objectsOf(subject)].map(([, object]) => object);
  return Map.groupBy(
    found.filter(({ key }) => key.kind === kind && key.group === group),
    ({ key }) => key.namespace,
  );
}

export const NEIGHBOUR_RULES: readonly Rule[] = [
  {
    name: 'disruption-budget',
    summary: 'Workloads of several replicas have a PodDisruptionBudget.',
    severity: 'warning',
    *check(subject) {
      const budgets = ofKind(subject, 'policy', 'PodDisruptionBudget');
      const scalers = ofKind(subject, 'autoscaling', 'HorizontalPodAutoscaler');
      for (const [application, object] of objectsOf(subject)) {
        const { kind, namespace, name } = object.key;
        if (!REPLICATED.has(kind)) continue;
        const scaled = scalers.get(namespace)?.find(({ object: { spec } }) => {
          const target = spec?.scaleTargetRef;
          return target?.kind === kind && target.name === name;
        });
        const replicas: unknown = scaled?.object.spec?.minReplicas ?? object.object.spec?.replicas ?? 1;
        if (typeof replicas !== 'number' || replicas < 2) continue;
        const labels = podTemplateOf(object.object)?.labels ?? {};
        const isCovered = budgets.get(namespace)?.some(({ object: { spec } }) => {
          return spec?.selector !== undefined && selectorMatches(spec.selector, labels);
        });
        if (isCovered) continue;
        yield {
          application,
          object,
          message: `has ${replicas} replicas and no PodDisruptionBudget`,
          hint: 'Draining nodes may stop all of them at once: add one with maxUnavailable: 1.',
        };
      }
    },
  },
  {
    name: 'quota',
    summary: 'Namespaces have a ResourceQuota.',
    severity: 'warning',
    *check(subject) {
      const quotas = ofKind(subject, '', 'ResourceQuota');
      for (const [application, object] of objectsOf(subject)) {
        if (object.key.kind !== 'Namespace' || object.key.group !== '') continue;
        if (quotas.has(object.key.name)) continue;
        yield {
          application,
          object,
          message: 'has no ResourceQuota',
          hint: 'What runs in it can take all that the cluster has.',
        };
      }
    },
  },
];
