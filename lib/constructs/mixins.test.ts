import { ApiObject, JsonPatch } from 'cdk8s';
import { DaemonSet, Deployment } from 'cdk8s-plus-27';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { type IMixin, Mixins, Topology, TopologySpread } from './index.ts';
import { objectOf, objectsOf, problemsOf } from './testing/program.ts';

const containers = [{ image: 'a', portNumber: 80 }];

describe('Mixins', () => {
  const recording = (seen: string[], name: string): IMixin => ({
    supports: (construct) => ApiObject.isApiObject(construct),
    applyTo: (construct: IConstruct) => {
      seen.push(`${name} ${construct.node.path}`);
    },
  });

  it('go through a scope one after the other, from the top down in the order of the program', () => {
    const seen: string[] = [];
    objectsOf((web) => {
      for (const id of ['b', 'a']) {
        const above = new ApiObject(web, id, { apiVersion: 'v1', kind: 'ConfigMap' });
        new ApiObject(above, 'inside', { apiVersion: 'v1', kind: 'ConfigMap' });
      }
      Mixins.of(web).apply(recording(seen, 'first'), recording(seen, 'second'));
    });
    const order = ['b', 'b/inside', 'a', 'a/inside'].map((id) => `test/web/${id}`);
    expect(seen).toEqual([...order.map((path) => `first ${path}`), ...order.map((path) => `second ${path}`)]);
  });

  it('change what they support only, with the whole of cdk8s at hand', () => {
    const objects = objectsOf((web) => {
      new Deployment(web, 'api', { containers });
      new DaemonSet(web, 'logs', { containers });
      Mixins.of(web).apply({
        supports: (construct) =>
          ApiObject.isApiObject(construct) && (construct as ApiObject).kind === 'Deployment',
        applyTo: (construct) => ApiObject.of(construct).addJsonPatch(JsonPatch.add('/spec/paused', true)),
      });
    });
    expect(objects.map(({ kind, spec }) => [kind, spec.paused])).toEqual([
      ['DaemonSet', undefined],
      ['Deployment', true],
    ]);
  });
});

describe('TopologySpread', () => {
  it('spreads the pods that a workload of any library selects', () => {
    const { spec } = objectOf('Deployment', (web) => {
      const deployment = new Deployment(web, 'api', { containers, podMetadata: { labels: { app: 'api' } } });
      new TopologySpread({ over: [Topology.ZONE, Topology.label('rack')], maxSkew: 2 }).applyTo(deployment);
    });
    const [zone, rack] = spec.template.spec.topologySpreadConstraints;
    expect(zone).toEqual({
      maxSkew: 2,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: spec.selector.matchLabels },
      matchLabelKeys: ['pod-template-hash'],
    });
    expect(rack.topologyKey).toBe('rack');
  });

  it('is there for Deployments and StatefulSets, and takes the place of an earlier one', () => {
    const objects = objectsOf((web) => {
      new Deployment(web, 'api', { containers });
      new DaemonSet(web, 'logs', { containers });
      const required = new TopologySpread({ over: [Topology.NODE], isRequired: true });
      Mixins.of(web).apply(new TopologySpread({ over: [Topology.REGION] }), required);
    });
    expect(
      objects.map(({ kind, spec }) => [kind, spec.template.spec.topologySpreadConstraints?.length]),
    ).toEqual([
      ['DaemonSet', undefined],
      ['Deployment', 1],
    ]);
    expect(objects[1]?.spec.template.spec.topologySpreadConstraints[0]).toMatchObject({
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
    });
  });

  it('refuses to spread what selects no pods, over nothing, or by no pod more', () => {
    const spread = (props: { over: Topology[]; maxSkew?: number }, spec: object) =>
      problemsOf((web) => {
        const object = new ApiObject(web, 'api', { apiVersion: 'apps/v1', kind: 'Deployment', spec });
        new TopologySpread(props).applyTo(object);
      }).join();
    const spec = { selector: { matchLabels: { a: 'b' } }, template: { spec: {} } };
    expect(spread({ over: [Topology.NODE] }, spec)).toBe('');
    expect(spread({ over: [Topology.NODE] }, {})).toContain('has no selector of pods');
    expect(spread({ over: [] }, spec)).toContain('over is empty');
    expect(spread({ over: [Topology.NODE], maxSkew: 0 }, spec)).toContain('maxSkew is 0');
  });
});
