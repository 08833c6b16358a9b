import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { configMap, Engine } from './testing/engine.ts';

const GROUP = 'admissionregistration.k8s.io';

describeOnControlPlane('objects that admission changes', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  it('are not taken for drift on every run', async () => {
    const policies = (await client.resources()).find(({ kind }) => kind === 'MutatingAdmissionPolicy');
    expect(policies?.group).toBe(GROUP);
    const apiVersion = `${GROUP}/${policies?.version}`;
    const name = controlPlane().uniqueName('mutate');
    const namespace = await controlPlane().createNamespace('admission');
    const expression =
      'Object{data: {"value": "from admission", "added": "by admission"}, metadata: Object.metadata{labels: {"added": "by-admission"}}}';
    const policy: KubernetesObject = {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              resources: ['configmaps'],
              operations: ['CREATE', 'UPDATE'],
            },
          ],
        },
        matchConditions: [
          {
            name: 'here',
            expression: `object.metadata.namespace == "${namespace}" && object.metadata.name == "mutated"`,
          },
        ],
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
        reinvocationPolicy: 'Never',
        failurePolicy: 'Fail',
      },
    };
    const binding: KubernetesObject = {
      apiVersion,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    };
    await client.create(policy);
    await client.create(binding);
    const object = configMap(namespace, 'mutated', { value: 'from the program', other: 'as it is' });
    const engine = new Engine(client, controlPlane().uniqueName('env'));

    // The API server takes a moment to know the policy: a dry run says when.
    for (let round = 0; ; round += 1) {
      const tried = await client.apply(object, { dryRun: true });
      if (tried.data.added === 'by admission') break;
      if (round > 2_000) throw new Error('the policy never came into force');
    }
    const first = await engine.sync({ web: [object] });
    expect(first.result.errors).toEqual([]);
    expect(await engine.read(object)).toMatchObject({
      data: { value: 'from admission', added: 'by admission' },
    });
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
  });
});
