/** Requests for the scale of a Deployment, on a real API server and in lib/fields. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  builtInOpenApi,
  fieldPath,
  ManagerSet,
  managersAfterScale,
  managersOfScale,
  schemaFromOpenApi,
  update,
} from '../../lib/fields/index.ts';
import type { KubernetesObject } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { DEPLOYMENT } from './kinds.ts';
import { RealApi } from './real-api.ts';

const VERSION = 'apps/v1';
const PATHS = new Map([[VERSION, fieldPath('spec', 'replicas')]]);
const document = builtInOpenApi().document('apis/apps/v1');
const schema =
  document && schemaFromOpenApi(document, { group: 'autoscaling', version: 'v1', kind: 'Scale' });

describeOnControlPlane(
  'the scale of a Deployment',
  (controlPlane) => {
    let api: RealApi;
    let namespace: string;
    beforeAll(async () => {
      api = new RealApi(controlPlane().connection);
      namespace = await controlPlane().createNamespace('scale');
    });
    afterAll(() => api?.close());

    /** Managers other than the controllers, which write when they like. */
    const ofPeople = (managers: ManagerSet): unknown =>
      managers
        .map((manager) => (manager.manager === 'kube-controller-manager' ? undefined : manager))
        .encode()
        // The server may know the second better.
        ?.map((entry) => ({ ...entry, time: entry.time !== undefined }));

    it.each([
      ['taken from an applier', [{ manager: 'hpa', replicas: 3 }]],
      [
        'changed twice by one manager',
        [
          { manager: 'hpa', replicas: 3 },
          { manager: 'hpa', replicas: 2 },
        ],
      ],
      [
        'taken from another',
        [
          { manager: 'hpa', replicas: 3 },
          { manager: 'kubectl', replicas: 5 },
        ],
      ],
      ['written as it is', [{ manager: 'hpa', replicas: 1 }]],
    ])('belongs to the same managers when it is %s', async (_what, requests) => {
      const name = controlPlane().uniqueName('web');
      const path = `${DEPLOYMENT.collection(namespace, VERSION)}/${name}`;
      const base = DEPLOYMENT.base as { readonly spec: object };
      const config = {
        apiVersion: VERSION,
        kind: 'Deployment',
        metadata: { name },
        spec: { ...base.spec, replicas: 1 },
      };
      expect((await api.apply(`${path}?fieldManager=gitops`, config)).status).toBe(201);
      for (const { manager, replicas } of requests) {
        const before = ManagerSet.decode((await api.get(path)).body.metadata.managedFields);
        const { resourceVersion: _, ...scale } = (await api.get(`${path}/scale`)).body.metadata;
        const live = {
          ...(await api.get(`${path}/scale`)).body,
          metadata: { ...scale, managedFields: managersOfScale(before, PATHS).encode() },
        } as KubernetesObject;
        const updated = { ...live, spec: { replicas } };
        const written = await api.update(`${path}/scale?fieldManager=${manager}`, {
          ...updated,
          metadata: { name, namespace },
        });
        expect(written.status, JSON.stringify(written.body)).toBe(200);
        const ours = update({
          live,
          updated,
          schema: schema!,
          manager,
          subresource: 'scale',
          now: new Date(),
        });
        const after = ManagerSet.decode((await api.get(path)).body.metadata.managedFields);
        expect(ofPeople(managersAfterScale(before, ours.managers, PATHS, VERSION))).toEqual(ofPeople(after));
      }
    });
  },
  { nodes: 'none' },
);
